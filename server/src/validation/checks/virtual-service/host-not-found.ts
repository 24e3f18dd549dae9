import { fullHost } from '../../mesh/hosts.ts';
import { allowsAnyOutbound, isRegistered } from '../../mesh/registry.ts';
import { routesOf } from '../../mesh/routes.ts';
import type { Check } from '../check.ts';

export const routeHostNotFound: Check = {
  code: 'virtual-service/host-not-found',
  kiali: 'KIA1101',
  severity: 'error',
  kinds: ['VirtualService'],
  title: 'Route to a host that is not in the registry',
  meaning: 'Requests that take the route fail with 503 and the flag NC: the destination has no cluster.',
  remedy: 'Name a Service or a host of a ServiceEntry that the namespace sees; short names mean the namespace of the VirtualService.',
  run: (service, mesh, report) => {
    for (const { path, host: written } of routesOf(service).flatMap(({ destinations }) => destinations)) {
      if (written === undefined) continue;
      const host = fullHost(written, service.namespace, mesh);
      if (isRegistered(host, service.namespace, mesh)) continue;
      report(`${path}/destination/host`, `${host} is no Service and no host of a ServiceEntry`, allowsAnyOutbound(service.namespace, mesh) ? 'warning' : 'error');
    }
  },
};
