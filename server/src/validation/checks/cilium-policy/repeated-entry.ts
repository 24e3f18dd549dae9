import { coversEntry, coversSubjects, isEmptyEntry, isNobody } from '../../mesh/cilium-coverage.ts';
import { byPolicy, homeOf, portsOf, ruleName, rulesIn, rulesOf, type CiliumEntry, type CiliumRule } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumRepeatedEntry: Check = {
  code: 'cilium-policy/repeated-entry',
  severity: 'info',
  kinds: ['CiliumPolicy'],
  title: 'Entry that a wider one makes moot',
  meaning: 'The entry allows nothing that is not allowed already: to remove or to narrow it changes nothing, which is not what one expects of it.',
  remedy: 'Remove it, or narrow the wider entry if that was not meant.',
  run: (policy, mesh, report) => {
    const others = rulesIn(homeOf(policy), mesh);
    for (const rule of rulesOf(policy)) {
      const covering = others.filter((other) => coversSubjects(other, rule)).sort(byPolicy);
      for (const entry of rule.entries) {
        if (entry.isDeny || isEmptyEntry(entry) || isNobody(entry) || portsOf(entry).some(({ isRestricted }) => isRestricted)) continue;
        const wider = covering.find((other) => other.entries.some((one) =>
          one !== entry && !one.isDeny && one.direction === entry.direction && !isEmptyEntry(one) && coversEntry([other, one], [rule, entry])
          // Of two that allow the same, the later is told.
          && (!(coversSubjects(rule, other) && coversEntry([rule, entry], [other, one])) || placeOf(other, one) < placeOf(rule, entry))));
        if (wider !== undefined) report(entry.path, `${wider.policy === policy ? 'another entry' : ruleName(wider)} allows all of it already`);
      }
    }
  },
};

function placeOf(rule: CiliumRule, { path }: CiliumEntry): string {
  return `${ruleName(rule)} ${path}`;
}
