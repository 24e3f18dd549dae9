import { field, isMap, text } from '../../model/fields.ts';
import { consulEntry, subsetsOf, targetsOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const consulSubsetNotFound: Check = {
  code: 'consul-routing/subset-not-found',
  severity: 'error',
  kinds: ['ConsulResolver', 'ConsulRouter', 'ConsulSplitter'],
  title: 'Subset that no resolver defines',
  meaning: 'Consul refuses the entry, or cannot compile the chain of the service: its callers get no new configuration, or connections fail.',
  remedy: 'Define it under `subsets` of the ServiceResolver of that service.',
  run: (entry, mesh, report) => {
    const isDefined = (service: string, subset: string): boolean => subsetsOf(consulEntry('ConsulResolver', service, mesh)).some(({ name }) => name === subset);
    for (const { service, subset, path, isElsewhere } of targetsOf(entry)) {
      if (subset !== undefined && !isElsewhere && !isDefined(service, subset)) report(`${path}/serviceSubset`, `no ServiceResolver defines subset ${subset} of ${service}`);
    }
    if (entry.type !== 'ConsulResolver') return;
    const used = text(field(entry.spec, 'defaultSubset')), failover = field(entry.spec, 'failover'), own = subsetsOf(entry).map(({ name }) => name);
    if (used !== undefined && !own.includes(used)) report('spec/defaultSubset', `the resolver has no subset ${used}`);
    for (const subset of isMap(failover) ? Object.keys(failover) : []) if (subset !== '*' && !own.includes(subset)) report(`spec/failover/${subset}`, `the resolver has no subset ${subset}`);
  },
};
