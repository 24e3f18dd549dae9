import { appliesTo, deniesByDefault, homeOf, perNamespace, rulesIn, rulesOf, someSubjects, type CiliumRule } from '../../mesh/cilium-policies.ts';
import { coversSubjects, isEmptyEntry, isNobody } from '../../mesh/cilium-coverage.ts';
import type { Check } from '../check.ts';
import { allowsLookups } from './dns.ts';

export const ciliumEgressWithoutDns: Check = {
  code: 'cilium-policy/egress-without-dns',
  severity: 'warning',
  kinds: ['CiliumPolicy'],
  title: 'Egress that is allowed, and no name lookup',
  meaning: 'The first egress entry closes all other egress of the pods, lookups of names too: what it allows works by address only.',
  remedy: 'Allow the pods egress to the name service on port 53, UDP and TCP.',
  run: (policy, mesh, report) => {
    for (const rule of rulesOf(policy)) {
      const allowing = rule.entries.find((entry) => entry.direction === 'egress' && !entry.isDeny && !isEmptyEntry(entry) && !isNobody(entry));
      if (allowing === undefined || !deniesByDefault(rule, 'egress') || rulesIn(homeOf(policy), mesh).some((other) => opensLookups(other) && coversSubjects(other, rule))) continue;
      const opening = perNamespace((namespace) => rulesIn(namespace, mesh).filter(opensLookups));
      const mute = someSubjects(rule, mesh).find((workload) =>
        workload.namespace !== 'kube-system' && mesh.find('kind-in', `NetworkPolicy/${workload.namespace}`).length === 0
        && !opening(workload.namespace).some((other) => appliesTo(other, workload, mesh)));
      if (mute !== undefined) report(`${rule.path}/egress`, `no policy lets ${mute.name} ask the name service: port 53 is closed to it`);
    }
  },
};

const decoded = new WeakMap<CiliumRule, boolean>();

function opensLookups(rule: CiliumRule): boolean {
  let opens = decoded.get(rule);
  if (opens === undefined) decoded.set(rule, opens = rule.entries.some(allowsLookups));
  return opens;
}
