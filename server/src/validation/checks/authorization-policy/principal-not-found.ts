import { hasPrincipal, remoteCluster } from '../../mesh/principals.ts';
import type { Check } from '../check.ts';
import { isForeign } from './trust-domain.ts';
import { sourceValues } from './rules.ts';

export const principalNotFound: Check = {
  code: 'authorization-policy/principal-not-found',
  kiali: 'KIA0106',
  severity: 'error',
  kinds: ['AuthorizationPolicy'],
  title: 'Principal that nobody has',
  meaning: 'No workload can present the identity, so this part of the rule never matches.',
  remedy: 'Write `<trust domain>/ns/<namespace>/sa/<service account>` of an existing account; the form has no `spiffe://`.',
  run: (policy, mesh, report) => {
    for (const { path, text } of sourceValues(policy, 'principals')) {
      if (isForeign(text, mesh) || hasPrincipal(text, mesh) || remoteCluster(text, mesh) !== undefined) continue;
      report(path, `no service account of the mesh has the principal ${text}`);
    }
  },
};
