import { consulEntry, targetsOf } from '../../mesh/consul.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Kind } from '../../model/kinds.ts';
import type { Check } from '../check.ts';

export const routingCycle: Check = {
  code: 'consul-routing/cycle',
  severity: 'error',
  kinds: ['ConsulResolver', 'ConsulSplitter'],
  title: 'Sent in a circle',
  meaning: 'Consul refuses to compile the chain: callers of every service in the circle keep the configuration of before, or get none.',
  remedy: 'Let one of them end at instances of its own.',
  run: (entry, mesh, report) => {
    const seen = new Set<string>(), open = next(entry, entry.type);
    for (const { service, path } of open) {
      if (service === entry.name) return report(path, `what is sent to ${entry.name} comes back to it`);
      if (seen.has(service) || seen.size >= mostSteps) continue;
      seen.add(service);
      open.push(...next(consulEntry(entry.type ?? 'ConsulResolver', service, mesh), entry.type).map((target) => ({ ...target, path })));
    }
  },
};

/** Services that are followed; a longer chain is nobody's. */
const mostSteps = 100;

/** Where an entry sends everything or a share: redirects of resolvers, splits to other services. */
function next(entry: ConfigObject | undefined, type: Kind | undefined): { service: string; path: string }[] {
  if (entry === undefined) return [];
  return targetsOf(entry).filter(({ isOwn, isElsewhere, path }) => !isOwn && !isElsewhere && (type === 'ConsulSplitter' || path === 'spec/redirect')).map(({ service, path }) => ({ service, path: `${path}/service` }));
}
