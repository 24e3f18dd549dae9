import { dig, field, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';

/** A destination of a route of a VirtualService, and where it is written. */
export interface RouteDestination {
  /** `spec/http[0]/route[1]`. */
  readonly path: string;
  readonly host: string | undefined;
  readonly subset: string | undefined;
  /** Undefined where it is not written, or no number. */
  readonly weight: number | undefined;
}

/** One route of a VirtualService, with where it sends to. */
export interface Route {
  /** `spec/http[0]`. */
  readonly path: string;
  readonly body: unknown;
  readonly destinations: readonly RouteDestination[];
}

const parts = ['http', 'tcp', 'tls'] as const;
const decoded = new WeakMap<ConfigObject, readonly Route[]>();

/** The routes of a VirtualService, of HTTP, TCP and TLS in this order. */
export function routesOf(service: ConfigObject): readonly Route[] {
  let routes = decoded.get(service);
  if (routes === undefined) decoded.set(service, routes = parts.flatMap((part) => list(field(service.spec, part)).map((body, index) => routeAt(body, `spec/${part}[${index}]`))));
  return routes;
}

function routeAt(body: unknown, path: string): Route {
  const destinations = list(field(body, 'route')).map((route, index): RouteDestination => {
    const weight = field(route, 'weight');
    return {
      path: `${path}/route[${index}]`,
      host: text(dig(route, 'destination', 'host')),
      subset: text(dig(route, 'destination', 'subset')),
      weight: typeof weight === 'number' ? weight : undefined,
    };
  });
  return { path, body, destinations };
}
