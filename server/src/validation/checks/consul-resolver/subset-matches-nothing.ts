import { subsetsOf } from '../../mesh/consul.ts';
import { podsOfService, readFilter, satisfies } from '../../mesh/consul-instances.ts';
import type { Check } from '../check.ts';

export const subsetMatchesNoPods: Check = {
  code: 'consul-resolver/subset-matches-nothing',
  severity: 'warning',
  kinds: ['ConsulResolver'],
  title: 'Subset without instances',
  meaning: 'Requests that are sent to the subset find no endpoint and fail, unless the resolver has a failover for it.',
  remedy: 'Write a value that pods have in the annotation `consul.hashicorp.com/service-meta-<key>`; filters are compared letter by letter.',
  run: (resolver, mesh, report) => {
    const pods = podsOfService(resolver.name, mesh);
    for (const { name, filter } of pods.length > 0 ? subsetsOf(resolver) : []) {
      const conditions = filter === undefined ? undefined : readFilter(filter);
      if (conditions !== undefined && !pods.some((pod) => satisfies(pod, conditions))) report(`spec/subsets/${name}/filter`, `no pod of ${resolver.name} has ${conditions.map(({ key, value }) => `${key} ${value}`).join(' and ')}`);
    }
  },
};
