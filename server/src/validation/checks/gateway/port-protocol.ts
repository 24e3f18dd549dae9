import { dig, list, text } from '../../model/fields.ts';
import { isGatewayProtocol } from './protocol.ts';
import type { Check } from '../check.ts';

export const gatewayPortProtocol: Check = {
  code: 'gateway/port-protocol',
  severity: 'error',
  kinds: ['Gateway'],
  title: 'Port of a protocol that does not exist',
  meaning: 'Istio refuses the server, and the port is not opened.',
  remedy: 'Set `port.protocol` to HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, TCP, TLS, MYSQL, REDIS, AUTO or UDP.',
  run: (gateway, _mesh, report) => {
    for (const [n, server] of list(dig(gateway.spec, 'servers')).entries()) {
      const protocol = text(dig(server, 'port', 'protocol'));
      if (protocol !== undefined && !isGatewayProtocol(protocol)) report(`spec/servers[${n}]/port/protocol`, `there is no protocol ${protocol}`);
    }
  },
};
