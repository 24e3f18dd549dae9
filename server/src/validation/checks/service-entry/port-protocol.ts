import { dig, field, list, text } from '../../model/fields.ts';
import { isGatewayProtocol } from '../gateway/protocol.ts';
import type { Check } from '../check.ts';

export const entryPortProtocol: Check = {
  code: 'service-entry/port-protocol',
  severity: 'error',
  kinds: ['ServiceEntry'],
  title: 'Port of a protocol that does not exist',
  meaning: 'Istio refuses the port, and calls to it are not routed.',
  remedy: 'Set `protocol` to HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, TCP, TLS, MYSQL, REDIS, AUTO or UDP.',
  run: (entry, _mesh, report) => {
    for (const [n, port] of list(dig(entry.spec, 'ports')).entries()) {
      const protocol = text(field(port, 'protocol'));
      if (protocol !== undefined && !isGatewayProtocol(protocol)) report(`spec/ports[${n}]/protocol`, `there is no protocol ${protocol}`);
    }
  },
};
