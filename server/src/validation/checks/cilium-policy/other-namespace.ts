import { dig, field, list, text, texts } from '../../model/fields.ts';
import { endpointSelector, podNamespace } from '../../mesh/cilium-selectors.ts';
import { homeOf, rulesOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumOtherNamespace: Check = {
  code: 'cilium-policy/other-namespace',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Policy for the pods of another namespace',
  meaning: 'A CiliumNetworkPolicy applies in its own namespace: Cilium drops the namespace that the selector names, so pods of this one are restricted and those of the other are not.',
  remedy: 'Create the policy in the namespace of the pods, or use a CiliumClusterwideNetworkPolicy.',
  run: (policy, _mesh, report) => {
    const home = homeOf(policy);
    if (home === undefined) return;
    for (const { path, body } of rulesOf(policy)) {
      const selector = field(body, 'endpointSelector');
      for (const { key, operator, values } of endpointSelector(selector).requirements) {
        if (key !== podNamespace || operator !== 'In' || values.length === 0 || values.includes(home)) continue;
        const expression = list(field(selector, 'matchExpressions')).findIndex((one) => (text(field(one, 'key')) ?? '').endsWith(podNamespace) && texts(field(one, 'values')).length > 0);
        const written = dig(selector, 'matchLabels') !== undefined && expression < 0 ? 'matchLabels' : `matchExpressions[${expression}]`;
        report(`${path}/endpointSelector/${written}`, `the policy is of namespace ${home} and selects pods of ${values.join(', ')}`);
      }
    }
  },
};
