import { entryName } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const entryClaimedTwice: Check = {
  code: 'consul-entry/claimed-twice',
  severity: 'error',
  kinds: ['ConsulIntentions', 'ConsulDefaults', 'ConsulResolver', 'ConsulRouter', 'ConsulSplitter'],
  title: 'Two entries for one service',
  meaning: 'Consul has one entry of a kind for a service, whatever namespace of Kubernetes the object is in: the admission refuses the second, and where both got in the one that is synchronized last overwrites the other.',
  remedy: 'Merge them into one object.',
  run: (entry, mesh, report) => {
    const name = entryName(entry), other = mesh.find('consul-entry', `${entry.type}/${name}`).find(({ id }) => id !== entry.id);
    if (other !== undefined) report(entry.type === 'ConsulIntentions' ? 'spec/destination/name' : 'metadata/name', `${other.kind} ${other.namespace}/${other.name} is for ${name} too`);
  },
};
