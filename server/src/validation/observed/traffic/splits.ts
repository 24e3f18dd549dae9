import { dig, field, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { fullHost } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { routesOf } from '../../mesh/routes.ts';

/** One destination of a split with the shares of the whole that configuration allows it. */
export interface SplitPart {
  /** Of its weight, or of the destination where none is written. */
  readonly path: string;
  readonly host: string;
  readonly subset: string | undefined;
  /** Least and most of all traffic of the object, 0 … 1: equal where all of its routes split alike. */
  readonly low: number;
  readonly high: number;
}

interface Weighted { readonly path: string; readonly host: string; readonly subset: string | undefined; readonly weight: number }

/**
 * How an object splits what takes it: of each destination the least and the greatest share that any of its routes gives it,
 * for what each route takes is not told by telemetry, and any mixture of routes lies between. [] for objects that split
 * nothing.
 */
export function splitOf(object: ConfigObject, mesh: Mesh): readonly SplitPart[] {
  const routes = weightedRoutes(object, mesh).filter((route) => route.reduce((sum, { weight }) => sum + weight, 0) > 0);
  if (!routes.some((route) => route.length > 1)) return [];
  const parts = new Map<string, { path: string; host: string; subset: string | undefined; shares: number[] }>();
  for (const route of routes) {
    const total = route.reduce((sum, { weight }) => sum + weight, 0);
    const inRoute = new Map<string, number>();
    for (const { path, host, subset, weight } of route) {
      const key = `${host}|${subset ?? ''}`;
      inRoute.set(key, (inRoute.get(key) ?? 0) + weight / total);
      if (!parts.has(key)) parts.set(key, { path, host, subset, shares: [] });
    }
    inRoute.forEach((share, key) => parts.get(key)?.shares.push(share));
  }
  return [...parts.values()].map(({ shares, ...part }) => ({ ...part, low: shares.length < routes.length ? 0 : Math.min(...shares), high: Math.max(...shares) }));
}

function weightedRoutes(object: ConfigObject, mesh: Mesh): Weighted[][] {
  const serviceHost = (name: string, namespace: string): string => `${name}.${namespace}.${mesh.settings.identityDomain}`;
  switch (object.type) {
    case 'VirtualService': {
      const routes = routesOf(object), http = routes.filter(({ path }) => path.startsWith('spec/http'));
      return http.map(({ destinations }) => destinations.flatMap(({ path, host, subset, weight }): Weighted[] =>
        (host === undefined ? [] : [{ path: weight === undefined ? path : `${path}/weight`, host: fullHost(host, object.namespace, mesh), subset, weight: destinations.length === 1 ? 1 : (weight ?? 0) }])));
    }
    case 'HTTPRoute': case 'GRPCRoute':
      return list(dig(object.spec, 'rules')).map((rule, n) => list(field(rule, 'backendRefs')).flatMap((ref, i): Weighted[] => {
        const name = text(field(ref, 'name')), weight = field(ref, 'weight'), kind = text(field(ref, 'kind')) ?? 'Service';
        if (name === undefined || kind !== 'Service') return [];
        const path = `spec/rules[${n}]/backendRefs[${i}]`;
        return [{ path: typeof weight === 'number' ? `${path}/weight` : path, host: serviceHost(name, text(field(ref, 'namespace')) ?? object.namespace), subset: undefined, weight: typeof weight === 'number' ? weight : 1 }];
      }));
    case 'SmiTrafficSplit':
      return [list(dig(object.spec, 'backends')).flatMap((backend, i): Weighted[] => {
        const name = text(field(backend, 'service')), weight = Number.parseInt(String(field(backend, 'weight') ?? 0), 10);
        return name === undefined ? [] : [{ path: `spec/backends[${i}]/weight`, host: serviceHost(name, object.namespace), subset: undefined, weight: Number.isFinite(weight) ? weight : 0 }];
      })];
    default: return [];
  }
}

/** Full hosts that a route object sends to. */
export function destinationHosts(object: ConfigObject, mesh: Mesh): string[] {
  return [...new Set(weightedRoutes(object, mesh).flatMap((route) => route.map(({ host }) => host)))];
}
