import type { Check } from '../check.ts';
import { sharedPorts } from './claims.ts';

export const entryHostClaimedTwice: Check = {
  code: 'service-entry/host-claimed-twice',
  kiali: 'KIA1211',
  severity: 'warning',
  kinds: ['ServiceEntry'],
  title: 'Host and port in several ServiceEntries',
  meaning: 'Istio joins their endpoints or takes the oldest, so one of them may have no effect.',
  remedy: 'Keep one ServiceEntry for a host and port, or export each to namespaces of its own.',
  run: (entry, mesh, report) => {
    for (const { path, host, number, rival, protocols } of sharedPorts(entry, mesh)) {
      if (protocols.size === 1) report(path, `ServiceEntry ${rival.namespace}/${rival.name} defines port ${number} of ${host} too`);
    }
  },
};
