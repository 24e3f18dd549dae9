import { shown } from '../../model/fields.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import type { Check } from '../check.ts';
import { hasDestination } from './host-not-found.ts';
import { ruleHost } from './rule-host.ts';
import { subsetsOf } from './subset-workloads.ts';

export const subsetMatchesNothing: Check = {
  code: 'destination-rule/subset-matches-nothing',
  kiali: 'KIA0203',
  severity: 'error',
  kinds: ['DestinationRule'],
  title: 'Subset without a workload',
  meaning: 'Requests routed to the subset fail with 503 and the flag UH: it has no endpoint.',
  remedy: 'Give the subset labels that pods of the Service have, or deploy that version before routing to it.',
  run: (rule, mesh, report) => {
    const host = ruleHost(rule, mesh);
    if (host === undefined || isWildcard(host) || !hasDestination(rule, host, mesh)) return;
    for (const { name, path, labels, isServed } of subsetsOf(rule, host, mesh)) {
      if (labels.size === 0 || isServed) continue;
      const isReferenced = mesh.find('virtual-route', `${host}|${shown(name)}`).length > 0;
      const written = [...labels].map(([key, value]) => `${key}=${value}`).join(', ');
      report(path, `no workload of ${host} has the labels ${written}${isReferenced ? ', and a VirtualService routes to it' : ''}`, isReferenced ? 'error' : 'info');
    }
  },
};
