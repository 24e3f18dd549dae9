import { field, list } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { routeKinds } from './attachments.ts';

export const routeWeights: Check = {
  code: 'gateway-api/weights',
  severity: 'error',
  kinds: routeKinds,
  title: 'Weights that leave no backend',
  meaning: 'Every backend of the rule has weight 0: its requests get 500, its connections are refused.',
  remedy: 'Give at least one backend a weight above 0; one that is not written is 1.',
  run: ({ spec }, _mesh, report) => {
    for (const [n, rule] of list(field(spec, 'rules')).entries()) {
      const weights = list(field(rule, 'backendRefs')).map((backend) => field(backend, 'weight'));
      if (weights.length > 0 && weights.every((weight) => weight === 0)) report(`spec/rules[${n}]/backendRefs`, 'all weights are 0');
    }
  },
};
