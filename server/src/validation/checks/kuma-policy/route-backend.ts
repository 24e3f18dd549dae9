import { dig, field, list } from '../../model/fields.ts';
import { itemsOf, targetOf } from '../../mesh/kuma.ts';
import { missingTarget } from '../../mesh/kuma-targets.ts';
import type { Check } from '../check.ts';

export const kumaRouteBackend: Check = {
  code: 'kuma-policy/route-backend',
  severity: 'error',
  kinds: ['KumaPolicy'],
  title: 'Route to a backend that does not exist',
  meaning: 'Requests that take the backend get 503, and copies to it are lost.',
  remedy: 'Name an existing service with its namespace and a port of it; tags of a `MeshServiceSubset` have to be those of a proxy.',
  run: (policy, mesh, report) => {
    if (policy.kind !== 'MeshHTTPRoute' && policy.kind !== 'MeshTCPRoute') return;
    for (const { path, body } of itemsOf(policy)) {
      for (const [n, rule] of list(field(body, 'rules')).entries()) {
        const mirrors = list(dig(rule, 'default', 'filters')).map((filter, m) => ({ ref: dig(filter, 'requestMirror', 'backendRef'), at: `filters[${m}]/requestMirror/backendRef` }));
        const backends = list(dig(rule, 'default', 'backendRefs')).map((ref, m) => ({ ref, at: `backendRefs[${m}]` }));
        for (const { ref, at } of [...backends, ...mirrors]) {
          const problem = ref === undefined ? undefined : missingTarget(targetOf(ref), policy, mesh);
          if (problem !== undefined) report(`${path}/rules[${n}]/default/${at}`, problem);
        }
      }
    }
  },
};
