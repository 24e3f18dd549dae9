import { field, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { meshPorts } from './mesh-ports.ts';
import { isProtocolName, protocolList } from './protocols.ts';

export const servicePortName: Check = {
  code: 'service/port-name',
  kiali: 'KIA0601',
  severity: 'error',
  kinds: ['Service'],
  title: 'Port name without a protocol',
  meaning: 'The proxy has to guess the protocol; where it guesses TCP there are no routes, retries or request metrics.',
  remedy: 'Name the port `<protocol>` or `<protocol>-<suffix>`, or set `appProtocol`.',
  run: (service, mesh, report) => {
    for (const { path, port } of meshPorts(service, mesh)) {
      const name = text(field(port, 'name')) ?? '';
      if (text(field(port, 'appProtocol')) === undefined && !isProtocolName(name)) report(path, `${name === '' ? 'the port has no name' : `port name ${name} begins with no protocol`}; known are ${protocolList}`);
    }
  },
};
