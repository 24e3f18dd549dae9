import { coversEntry, coversSubjects, isEmptyEntry } from '../../mesh/cilium-coverage.ts';
import { byPolicy, homeOf, ruleName, rulesIn, rulesOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumDeniedAnyway: Check = {
  code: 'cilium-policy/denied-anyway',
  severity: 'warning',
  kinds: ['CiliumPolicy'],
  title: 'Entry that a deny entry overrides',
  meaning: 'Deny wins over allow, in whatever order and kind of policy: what the entry allows is dropped.',
  remedy: 'Narrow the deny entry, or remove the one that allows.',
  run: (policy, mesh, report) => {
    for (const rule of rulesOf(policy)) {
      const denying = rulesIn(homeOf(policy), mesh).filter((other) => other.entries.some(({ isDeny }) => isDeny) && coversSubjects(other, rule)).sort(byPolicy);
      for (const entry of rule.entries) {
        if (entry.isDeny || isEmptyEntry(entry)) continue;
        const winner = denying.find((other) => other.entries.some((one) => one.isDeny && one.direction === entry.direction && coversEntry([other, one], [rule, entry])));
        if (winner !== undefined) report(entry.path, `${ruleName(winner)} denies all that the entry allows`);
      }
    }
  },
};
