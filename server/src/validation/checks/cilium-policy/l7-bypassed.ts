import { coversPeers, coversPort, coversSubjects, isEmptyEntry, takesNoPorts } from '../../mesh/cilium-coverage.ts';
import { byPolicy, homeOf, portsOf, ruleName, rulesIn, rulesOf, type CiliumEntry, type CiliumPort } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumL7Bypassed: Check = {
  code: 'cilium-policy/l7-bypassed',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Request rules that another entry makes void',
  meaning: 'Entries add up: an entry that allows the same peers the same port without request rules lets every request pass, so the paths, methods or server names that this one lists restrict nothing.',
  remedy: 'Remove the port from the wider entry, or give it the same request rules.',
  run: (policy, mesh, report) => {
    const others = rulesIn(homeOf(policy), mesh);
    for (const rule of rulesOf(policy)) {
      for (const entry of rule.entries) {
        const judged = entry.isDeny ? [] : portsOf(entry).filter(({ isRestricted }) => isRestricted);
        if (judged.length === 0) continue;
        for (const other of others.filter((one) => coversSubjects(one, rule)).sort(byPolicy)) {
          for (const wide of other.entries) {
            if (wide === entry || wide.isDeny || wide.direction !== entry.direction || isEmptyEntry(wide) || !coversPeers([other, wide], [rule, entry])) continue;
            for (const port of judged) if (letsAllPass(wide, port)) report(port.path, `${ruleName(other)} (${wide.path}) allows port ${port.port} to the same peers without request rules`);
          }
        }
      }
    }
  },
};

function letsAllPass(entry: CiliumEntry, port: CiliumPort): boolean {
  return takesNoPorts(entry) || portsOf(entry).some((one) => !one.isRestricted && coversPort(one, port));
}
