import { shown } from '../../model/fields.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import type { Check } from '../check.ts';
import { hasDestination } from './host-not-found.ts';
import { ruleHost } from './rule-host.ts';
import { subsetsOf } from './subset-workloads.ts';

export const subsetWithoutLabels: Check = {
  code: 'destination-rule/subset-without-labels',
  kiali: 'KIA0209',
  severity: 'warning',
  kinds: ['DestinationRule'],
  title: 'Subset without labels',
  meaning: 'The subset is every endpoint of the host: routing to it divides nothing.',
  remedy: 'Give the subset the labels of the version that it is for, or leave it out.',
  run: (rule, mesh, report) => {
    const host = ruleHost(rule, mesh);
    if (host === undefined || !hasDestination(rule, host, mesh)) return;
    const subsets = subsetsOf(rule, host, mesh);
    const isFallback = subsets.some(({ labels, isServed }) => labels.size > 0 && (isServed || isWildcard(host)));
    for (const { name, path, labels } of subsets) {
      if (labels.size === 0) report(path, `subset ${shown(name)} has no labels, so it takes in every endpoint of ${host}`, isFallback ? 'info' : 'warning');
    }
  },
};
