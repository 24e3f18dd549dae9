import type { Check } from '../check.ts';
import { sharedPorts } from './claims.ts';

export const entryProtocolConflict: Check = {
  code: 'service-entry/protocol-conflict',
  kiali: 'KIA1212',
  severity: 'warning',
  kinds: ['ServiceEntry'],
  title: 'One port with several protocols',
  meaning: 'Proxies take one protocol for the port: calls of the other are misread, which shows as 400, 502 or resets.',
  remedy: 'Agree on the protocol of the port in all ServiceEntries for the host.',
  run: (entry, mesh, report) => {
    for (const { path, host, number, rival, protocols } of sharedPorts(entry, mesh)) {
      if (protocols.size > 1) report(path, `port ${number} of ${host} is ${[...protocols].join(' and ')}: ServiceEntry ${rival.namespace}/${rival.name} defines it too`);
    }
  },
};
