import { isEmptyEntry, isNobody } from '../../mesh/cilium-coverage.ts';
import { rulesOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumAllowsNobody: Check = {
  code: 'cilium-policy/allows-nobody',
  severity: 'warning',
  kinds: ['CiliumPolicy'],
  title: 'Entry that looks like "everybody" and means nobody',
  meaning: 'In Cilium an empty entry, and one whose list of peers is empty, allows nothing, while its policy still drops what nothing allows. In a NetworkPolicy of Kubernetes the same text allows all.',
  remedy: 'To allow all write `fromEndpoints: [{}]` or `fromEntities: [all]` (`to…` for egress); to deny all keep the empty entry as the only one of the policy.',
  run: (policy, _mesh, report) => {
    for (const { entries } of rulesOf(policy)) {
      for (const entry of entries) {
        const beside = entries.some((other) => other !== entry && other.direction === entry.direction && !isEmptyEntry(other));
        // Alone it is the usual way to close pods.
        if (isEmptyEntry(entry) && beside) report(entry.path, `the empty entry allows no ${entry.direction}; the entries beside it are all that is allowed`);
        else if (isNobody(entry)) report(entry.path, `the list of peers is empty, so the entry ${entry.isDeny ? 'denies' : 'allows'} nobody`);
      }
    }
  },
};
