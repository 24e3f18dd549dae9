import { selectorText } from '../../mesh/cilium-selectors.ts';
import { homeOf, rulesOf, subjectsOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumSelectsNothing: Check = {
  code: 'cilium-policy/selects-nothing',
  severity: 'warning',
  kinds: ['CiliumPolicy'],
  title: 'Policy that selects no pod',
  meaning: 'The policy applies to nothing: what it should allow stays closed where another policy denies, and what it should close stays open.',
  remedy: 'Compare `endpointSelector` with the labels of the pod template; a CiliumNetworkPolicy selects in its own namespace only.',
  run: (policy, mesh, report) => {
    for (const rule of rulesOf(policy)) {
      if (rule.subject === undefined || rule.subject.isOpaque || subjectsOf(rule, mesh).some(() => true)) continue;
      const home = homeOf(policy);
      report(`${rule.path}/endpointSelector`, `no workload ${home === undefined ? 'of the cluster' : `in namespace ${home}`} has ${selectorText(rule.subject)}`);
    }
  },
};
