import { field, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { meshPorts } from './mesh-ports.ts';
import { isAppProtocol, protocolList } from './protocols.ts';

export const serviceAppProtocol: Check = {
  code: 'service/app-protocol',
  kiali: 'KIA0602',
  severity: 'error',
  kinds: ['Service'],
  title: 'Unknown appProtocol',
  meaning: 'The proxy takes the port for plain TCP: there are no routes, retries or request metrics.',
  remedy: 'Set a protocol that the message names, or `kubernetes.io/h2c`, `kubernetes.io/ws`, `kubernetes.io/wss`.',
  run: (service, mesh, report) => {
    for (const { path, port } of meshPorts(service, mesh)) {
      const protocol = text(field(port, 'appProtocol'));
      if (protocol !== undefined && !isAppProtocol(protocol)) report(path, `appProtocol ${protocol} is none of ${protocolList}`);
    }
  },
};
