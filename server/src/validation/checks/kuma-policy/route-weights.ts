import { dig, field, list } from '../../model/fields.ts';
import { itemsOf } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

export const kumaRouteWeights: Check = {
  code: 'kuma-policy/route-weights',
  severity: 'error',
  kinds: ['KumaPolicy'],
  title: 'Weights that leave no backend',
  meaning: 'No backend has a weight above 0: requests that match the rule get 503.',
  remedy: 'Give at least one backend a weight; those that are not written are 1.',
  run: (policy, _mesh, report) => {
    for (const { path, body } of itemsOf(policy)) {
      for (const [n, rule] of list(field(body, 'rules')).entries()) {
        const weights = list(dig(rule, 'default', 'backendRefs')).map((ref) => field(ref, 'weight'));
        if (weights.length > 0 && weights.every((weight) => typeof weight === 'number' && weight <= 0)) report(`${path}/rules[${n}]/default/backendRefs`, 'all weights are 0');
      }
    }
  },
};
