import { hasPrincipal, remoteCluster } from '../../mesh/principals.ts';
import type { Check } from '../check.ts';
import { isForeign } from './trust-domain.ts';
import { sourceValues } from './rules.ts';

export const principalRemote: Check = {
  code: 'authorization-policy/principal-remote',
  kiali: 'KIA0107',
  severity: 'info',
  kinds: ['AuthorizationPolicy'],
  title: 'Principal of another cluster only',
  meaning: 'Only callers from another cluster of the mesh have this identity.',
  remedy: 'Nothing, if calls are expected from there.',
  run: (policy, mesh, report) => {
    for (const { path, text } of sourceValues(policy, 'principals')) {
      if (isForeign(text, mesh) || hasPrincipal(text, mesh)) continue;
      const cluster = remoteCluster(text, mesh);
      if (cluster !== undefined) report(path, `the service account of ${text} is in cluster ${cluster}, not in this one`);
    }
  },
};
