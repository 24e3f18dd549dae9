import type { Check } from '../check.ts';
import { attachmentsOf, hostnamesOf, hostsMeet, takesKind } from './attachments.ts';

export const hostnamesApart: Check = {
  code: 'gateway-api/hostnames-apart',
  severity: 'error',
  kinds: ['HTTPRoute', 'GRPCRoute', 'TLSRoute'],
  title: 'Host names that no listener has',
  meaning: 'The listener takes requests for its own host names; none of them is one of the route, which gets no request.',
  remedy: 'Write host names that the `hostname` of the listener covers: `*.shop.example` covers `a.shop.example`, and not `shop.example`.',
  run: (route, mesh, report) => {
    const hostnames = hostnamesOf(route);
    if (hostnames.length === 0) return;
    for (const { path, gateway, listeners } of attachmentsOf(route, mesh)) {
      const taking = listeners.filter((listener) => takesKind(listener, route.kind));
      if (taking.length === 0 || taking.some((listener) => hostsMeet(listener, hostnames))) continue;
      report(path, `Gateway ${gateway.namespace}/${gateway.name} listens for ${[...new Set(taking.map(({ hostname }) => hostname ?? '*'))].join(', ')}, and the route is for ${hostnames.slice(0, 5).join(', ')}`);
    }
  },
};
