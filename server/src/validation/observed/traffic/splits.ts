import { dig, field, list, shown, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { fullHost } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { routesOf } from '../../mesh/routes.ts';

/** One destination of a split with the shares of the whole that configuration allows it. */
export interface SplitPart {
  readonly host: string;
  readonly subset: string | undefined;
  /** Least and most of all traffic of the object, 0 … 1: equal where all of its routes split alike. */
  readonly low: number;
  readonly high: number;
}

/** How an object splits what takes it. */
export interface Split {
  /** Of the destinations of the first route that has several. */
  readonly path: string;
  readonly parts: readonly SplitPart[];
}

/** A route with its destinations. */
export interface RouteTo {
  /** Of the list of its destinations. */
  readonly path: string;
  readonly destinations: readonly Weighted[];
}
interface Weighted { readonly host: string; readonly subset: string | undefined; readonly weight: number }

/**
 * The split of an object: of each destination the least and the greatest share that any of its routes gives it, for which
 * route took a request is not told by telemetry, and any mixture of routes lies between. Undefined for objects that split
 * nothing.
 */
export function splitOf(object: ConfigObject, mesh: Mesh): Split | undefined {
  const routes = routesTo(object, mesh).filter(({ destinations }) => destinations.some(({ weight }) => weight > 0));
  const splitting = routes.find(({ destinations }) => destinations.length > 1);
  if (splitting === undefined) return undefined;
  const parts = new Map<string, { host: string; subset: string | undefined; shares: number[] }>();
  for (const { destinations } of routes) {
    const total = destinations.reduce((sum, { weight }) => sum + weight, 0), inRoute = new Map<string, number>();
    for (const { host, subset, weight } of destinations) {
      const key = `${host}|${subset ?? ''}`;
      inRoute.set(key, (inRoute.get(key) ?? 0) + weight / total);
      if (!parts.has(key)) parts.set(key, { host, subset, shares: [] });
    }
    inRoute.forEach((share, key) => parts.get(key)?.shares.push(share));
  }
  return {
    path: splitting.path,
    parts: [...parts.values()].map(({ shares, ...part }) => ({ ...part, low: shares.length < routes.length ? 0 : Math.min(...shares), high: Math.max(...shares) })),
  };
}

/** Full hosts that a route object sends to. */
export function destinationHosts(object: ConfigObject, mesh: Mesh): string[] {
  return [...new Set(routesTo(object, mesh).flatMap(({ destinations }) => destinations.map(({ host }) => host)))];
}

/** The routes of requests of an object with their destinations; a single one has all of the weight, as proxies have it. */
export function routesTo(object: ConfigObject, mesh: Mesh): RouteTo[] {
  const serviceHost = (name: string, namespace: string): string => `${name}.${namespace}.${mesh.settings.identityDomain}`;
  switch (object.type) {
    case 'VirtualService':
      return routesOf(object).filter(({ path }) => path.startsWith('spec/http')).map(({ path, destinations }) => ({
        path: `${path}/route`,
        destinations: destinations.flatMap(({ host, subset, weight }) =>
          (host === undefined ? [] : [{ host: fullHost(host, object.namespace, mesh), subset, weight: destinations.length === 1 ? 1 : (weight ?? 0) }])),
      }));
    case 'HTTPRoute': case 'GRPCRoute':
      return list(dig(object.spec, 'rules')).map((rule, n) => ({
        path: `spec/rules[${n}]/backendRefs`,
        destinations: list(field(rule, 'backendRefs')).flatMap((ref) => {
          const name = text(field(ref, 'name')), weight = field(ref, 'weight');
          if (name === undefined || (text(field(ref, 'kind')) ?? 'Service') !== 'Service') return [];
          return [{ host: serviceHost(name, text(field(ref, 'namespace')) ?? object.namespace), subset: undefined, weight: typeof weight === 'number' ? weight : 1 }];
        }),
      }));
    case 'SmiTrafficSplit':
      return [{
        path: 'spec/backends',
        destinations: list(dig(object.spec, 'backends')).flatMap((backend) => {
          // Older versions write `500m`; all of one object are alike.
          const name = text(field(backend, 'service')), weight = Number.parseInt(shown(field(backend, 'weight')), 10);
          return name === undefined ? [] : [{ host: serviceHost(name, object.namespace), subset: undefined, weight: weight > 0 ? weight : 0 }];
        }),
      }];
    default: return [];
  }
}
