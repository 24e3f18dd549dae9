import { isHttp, protocolOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const routingNotHttp: Check = {
  code: 'consul-routing/protocol-not-http',
  severity: 'error',
  kinds: ['ConsulRouter', 'ConsulSplitter'],
  title: 'Requests routed of a service that speaks TCP',
  meaning: 'Consul refuses the entry: connections of TCP cannot be routed by request or split.',
  remedy: 'Set `protocol: http` (or `http2`, `grpc`) in the ServiceDefaults of the service, or in the ProxyDefaults for all.',
  run: ({ name, kind }, mesh, report) => {
    const protocol = protocolOf(name, mesh);
    if (!isHttp(protocol)) report('', `a ${kind} needs a service that speaks HTTP, and ${name} speaks ${protocol}`);
  },
};
