import type { ConfigObject } from '../../model/config-object.ts';
import type { Kind } from '../../model/kinds.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { boundTo } from './callers.ts';
import { destinationHosts } from './splits.ts';

/** Kinds that send requests somewhere. */
export const routeKinds = ['VirtualService', 'HTTPRoute', 'GRPCRoute', 'SmiTrafficSplit'] as const satisfies readonly Kind[];

/** Which route objects send to a host, for sidecars or for gateways. */
export interface RoutingIndex {
  /** True where another object sends to one of these hosts for the same sort of callers. */
  shares(route: ConfigObject, hosts: readonly string[]): boolean;
}

/** Built once for a run over all objects. */
export function routingIndex(objects: (kind: Kind) => readonly ConfigObject[], mesh: Mesh): RoutingIndex {
  const senders = new Map<string, Set<ConfigObject>>();
  const keysOf = (route: ConfigObject, hosts: readonly string[]): string[] => {
    const bound = boundTo(route, mesh);
    return hosts.flatMap((host) => [...(bound.mesh ? [`mesh|${host}`] : []), ...(bound.gateways ? [`gateways|${host}`] : [])]);
  };
  for (const kind of routeKinds) {
    for (const route of objects(kind)) {
      for (const key of keysOf(route, destinationHosts(route, mesh))) {
        const found = senders.get(key);
        if (found) found.add(route);
        else senders.set(key, new Set([route]));
      }
    }
  }
  return { shares: (route, hosts) => keysOf(route, hosts).some((key) => [...senders.get(key) ?? []].some((other) => other !== route)) };
}
