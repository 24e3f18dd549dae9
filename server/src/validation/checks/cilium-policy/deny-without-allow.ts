import { appliesTo, deniesByDefault, perNamespace, rulesIn, rulesOf, someSubjects, type CiliumRule, type Direction } from '../../mesh/cilium-policies.ts';
import { isEmptyEntry, isNobody } from '../../mesh/cilium-coverage.ts';
import type { Check } from '../check.ts';

export const ciliumDenyWithoutAllow: Check = {
  code: 'cilium-policy/deny-without-allow',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Deny rule that closes pods for everybody',
  meaning: 'A policy with deny entries alone puts its pods into default deny as well: without an entry that allows, all their traffic in that direction is dropped, not only what the entry names.',
  remedy: 'Add an entry that allows the rest (`fromEntities: [all]`, or `toEntities: [all]`), or set `enableDefaultDeny` of the direction to false.',
  run: (policy, mesh, report) => {
    for (const rule of rulesOf(policy)) {
      for (const direction of ['ingress', 'egress'] as const) {
        if (!rule.entries.some((entry) => entry.isDeny && entry.direction === direction) || !deniesByDefault(rule, direction)) continue;
        const allowing = perNamespace((namespace) => rulesIn(namespace, mesh).filter((other) => allowsSome(other, direction)));
        const closed = someSubjects(rule, mesh).find((workload) =>
          mesh.find('kind-in', `NetworkPolicy/${workload.namespace}`).length === 0
          && !allowing(workload.namespace).some((other) => appliesTo(other, workload, mesh)));
        if (closed !== undefined) report(`${rule.path}/${direction}Deny`, `nothing allows any ${direction} of ${closed.name}, so all of it is dropped`);
      }
    }
  },
};

function allowsSome({ entries }: CiliumRule, direction: Direction): boolean {
  return entries.some((entry) => entry.direction === direction && !entry.isDeny && !isEmptyEntry(entry) && !isNobody(entry));
}
