import { dig, field, list, text } from '../../model/fields.ts';
import { readReference } from '../../mesh/linkerd-references.ts';
import { accountExists } from '../../mesh/principals.ts';
import type { Check } from '../check.ts';

export const policyAuthenticationNotFound: Check = {
  code: 'linkerd-policy/authentication-not-found',
  severity: 'error',
  kinds: ['LinkerdPolicy', 'LinkerdRateLimit'],
  title: 'Authentication or account that does not exist',
  meaning: 'All authentications of a policy must hold; one that is not there never does, so the policy allows nobody.',
  remedy: 'Name an existing MeshTLSAuthentication, NetworkAuthentication or ServiceAccount, with its namespace if it is another one.',
  run: (policy, mesh, report) => {
    const refs = [
      ...list(field(policy.spec, 'requiredAuthenticationRefs')).map((ref, index) => ({ ref, path: `spec/requiredAuthenticationRefs[${index}]` })),
      ...list(field(policy.spec, 'overrides')).flatMap((override, n) => list(field(override, 'clientRefs')).map((ref, m) => ({ ref, path: `spec/overrides[${n}]/clientRefs[${m}]` }))),
    ];
    for (const { ref, path } of refs) {
      const name = text(field(ref, 'name'));
      if (name !== undefined && field(ref, 'kind') === 'ServiceAccount') {
        const namespace = text(dig(ref, 'namespace')) ?? policy.namespace;
        if (!accountExists(namespace, name, mesh)) report(`${path}/name`, `there is no ServiceAccount ${namespace}/${name}`);
        continue;
      }
      const referred = readReference(ref, policy.namespace, mesh);
      if (referred !== undefined && referred.object === undefined) report(`${path}/name`, `there is no ${referred.kind} ${referred.place}`);
    }
  },
};
