import { isConsulService, targetsOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const consulTargetNotFound: Check = {
  code: 'consul-routing/service-not-found',
  severity: 'error',
  kinds: ['ConsulResolver', 'ConsulRouter', 'ConsulSplitter'],
  title: 'Sent to a service that does not exist',
  meaning: 'Requests that take the route, the share of the split, or the redirect find no endpoint and fail.',
  remedy: 'Write the name under which the service is registered in Consul; for one of a peer or another datacenter say which.',
  run: (entry, mesh, report) => {
    for (const { service, path, isElsewhere, isOwn } of targetsOf(entry)) {
      if (!isOwn && !isElsewhere && !isConsulService(service, mesh)) report(`${path}/service`, `there is no service ${service}`);
    }
  },
};
