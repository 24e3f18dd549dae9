import { field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const authenticationUnused: Check = {
  code: 'linkerd-authentication/unused',
  severity: 'info',
  kinds: ['LinkerdMeshTls', 'LinkerdNetworks'],
  title: 'Authentication that no policy asks for',
  meaning: 'It has no effect: an authentication says who somebody is, and only an AuthorizationPolicy that names it lets them in.',
  remedy: 'Name it in `requiredAuthenticationRefs` of an AuthorizationPolicy, or delete it.',
  run: (authentication, mesh, report) => {
    const isAsked = mesh.find('kind', 'LinkerdPolicy').some((policy) => list(field(policy.spec, 'requiredAuthenticationRefs')).some((ref) =>
      field(ref, 'kind') === authentication.kind && field(ref, 'name') === authentication.name && (text(field(ref, 'namespace')) ?? policy.namespace) === authentication.namespace));
    if (!isAsked) report('', `no AuthorizationPolicy names ${authentication.kind} ${authentication.namespace}/${authentication.name}`);
  },
};
