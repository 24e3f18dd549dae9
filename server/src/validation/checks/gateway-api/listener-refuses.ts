import type { Check } from '../check.ts';
import { attachmentsOf, routeKinds, takesKind, takesNamespace } from './attachments.ts';

export const listenerRefuses: Check = {
  code: 'gateway-api/listener-refuses',
  severity: 'error',
  kinds: routeKinds,
  title: 'Listener that does not take the route',
  meaning: 'The route is not attached: its requests get 404, its connections are closed.',
  remedy: 'Attach it to a listener of a protocol for its kind, and let `allowedRoutes` of that listener take its kind and namespace.',
  run: (route, mesh, report) => {
    for (const { path, gateway, section, listeners } of attachmentsOf(route, mesh)) {
      if (listeners.length === 0) continue;
      const ofKind = listeners.filter((listener) => takesKind(listener, route.kind)), name = `Gateway ${gateway.namespace}/${gateway.name}`;
      if (ofKind.length === 0) report(path, `${listeners.map((listener) => `${listener.name} (${listener.protocol})`).join(', ')} of ${name} ${listeners.length === 1 ? 'takes' : 'take'} no ${route.kind}`);
      // That no listener at all takes the namespace is told by gateway-api/parent-not-found.
      else if (section !== undefined && !ofKind.some((listener) => takesNamespace(listener, gateway, route.namespace, mesh))) report(path, `listener ${section} of ${name} takes no routes of namespace ${route.namespace}`);
    }
  },
};
