import { field, list } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { appliesTo, perNamespace, rulesIn, rulesOf, someSubjects, type CiliumRule } from '../../mesh/cilium-policies.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import type { Check } from '../check.ts';
import { fqdnOf, lookupsSeen, patternTakesIn } from './dns.ts';

export const ciliumFqdnWithoutDnsRule: Check = {
  code: 'cilium-policy/fqdn-without-dns-rule',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Names whose lookups the proxy does not see',
  meaning: 'Cilium learns the addresses of `toFQDNs` from DNS answers that pass its proxy. Without a DNS rule for the name it learns none, and calls to it are dropped.',
  remedy: 'Allow the pods egress to the name service on port 53 with `rules.dns`, such as `matchPattern: "*"`.',
  run: (policy, mesh, report) => {
    for (const rule of rulesOf(policy)) {
      const named = rule.entries.filter(({ isDeny }) => !isDeny).flatMap(({ path, body }) => list(field(body, 'toFQDNs')).flatMap((item, n) => {
        const name = fqdnOf(item);
        return name === undefined ? [] : [{ path: `${path}/toFQDNs[${n}]`, name }];
      }));
      if (named.length === 0) continue;
      const subjects = someSubjects(rule, mesh), views = subjects.length === 0 ? [{ who: 'its pods', seen: seenBy([rule]) }] : viewsOf(subjects, mesh);
      for (const { path, name } of named) {
        const blind = views.find(({ seen }) => !seen.some((pattern) => patternTakesIn(pattern, name)));
        if (blind !== undefined) report(path, `no DNS rule lets the proxy see lookups of ${name} by ${blind.who}`);
      }
    }
  },
};

function viewsOf(subjects: readonly ConfigObject[], mesh: Mesh): { readonly who: string; readonly seen: readonly string[] }[] {
  const seeing = perNamespace((namespace) => rulesIn(namespace, mesh).filter((rule) => seenBy([rule]).length > 0));
  return subjects.map((workload) => ({ who: workload.name, seen: seenBy(seeing(workload.namespace).filter((rule) => appliesTo(rule, workload, mesh))) }));
}

function seenBy(rules: readonly CiliumRule[]): string[] {
  return rules.flatMap(({ entries }) => entries).flatMap(lookupsSeen);
}
