import { subsetsOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const subsetUnused: Check = {
  code: 'consul-resolver/subset-unused',
  severity: 'info',
  kinds: ['ConsulResolver'],
  title: 'Subset that nothing uses',
  meaning: 'No request goes to it by name: neither a router, a splitter, a redirect or a failover, nor the default of the resolver names it.',
  remedy: 'Name it in a ServiceRouter or a ServiceSplitter, or delete it. Upstreams of other clusters may name it.',
  run: (resolver, mesh, report) => {
    for (const { name } of subsetsOf(resolver)) if (mesh.find('consul-subset', `${resolver.name}|${name}`).length === 0) report(`spec/subsets/${name}`, `no entry names subset ${name} of ${resolver.name}`);
  },
};
