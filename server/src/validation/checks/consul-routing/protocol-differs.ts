import { isHttp, protocolOf, targetsOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const routingProtocolDiffers: Check = {
  code: 'consul-routing/protocol-differs',
  severity: 'error',
  kinds: ['ConsulResolver', 'ConsulRouter', 'ConsulSplitter'],
  title: 'Sent to a service of another protocol',
  meaning: 'The chain of a service has one protocol; Consul refuses to compile it, and callers keep the configuration of before.',
  remedy: 'Give both services the same `protocol` in their ServiceDefaults.',
  run: (entry, mesh, report) => {
    const protocol = protocolOf(entry.name, mesh);
    // What routes a service of TCP is told of that.
    if (entry.type !== 'ConsulResolver' && !isHttp(protocol)) return;
    for (const { service, path, isElsewhere, isOwn } of targetsOf(entry)) {
      const other = protocolOf(service, mesh);
      if (!isOwn && !isElsewhere && other !== protocol) report(`${path}/service`, `${entry.name} speaks ${protocol}, and ${service} speaks ${other}`);
    }
  },
};
