import { entryName, isHttp, protocolOf, sourcesOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const intentionL7OnTcp: Check = {
  code: 'consul-intentions/l7-on-tcp',
  severity: 'error',
  kinds: ['ConsulIntentions'],
  title: 'Permissions by request for a service that speaks TCP',
  meaning: 'Requests cannot be read: Consul refuses the entry or, where the protocol was changed later, denies the source altogether.',
  remedy: 'Set `protocol: http` (or `http2`, `grpc`) in the ServiceDefaults of the service, or use `action` in place of `permissions`.',
  run: (intentions, mesh, report) => {
    const name = entryName(intentions), protocol = protocolOf(name, mesh);
    if (name === '*' || isHttp(protocol)) return;
    for (const { path, permissions } of sourcesOf(intentions)) if (permissions.length > 0) report(`${path}/permissions`, `${name} speaks ${protocol}: no request of it is read`);
  },
};
