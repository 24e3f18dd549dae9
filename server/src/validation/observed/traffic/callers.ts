import { EntityKind } from '@orrery/collectors/model/entity';
import { field, list, text, texts } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { isVisible } from '../../mesh/visibility.ts';

/** Whom a route is for. */
export interface Bound {
  readonly mesh: boolean;
  readonly gateways: boolean;
}

/** Whom a VirtualService, or a route of the Gateway API, is for: proxies of the mesh, gateways, or both. */
export function boundTo(route: ConfigObject, mesh: Mesh): Bound {
  if (route.type === 'VirtualService') {
    const named = texts(field(route.spec, 'gateways')).map((gateway) => gateway.text);
    return { mesh: named.length === 0 || named.includes('mesh'), gateways: named.some((name) => name !== 'mesh') };
  }
  if (route.type !== 'HTTPRoute' && route.type !== 'GRPCRoute') return { mesh: true, gateways: false };
  const parents = list(field(route.spec, 'parentRefs'));
  const inMesh = (parent: unknown): boolean => field(parent, 'kind') === 'Service'
    || mesh.find('waypoint', `${text(field(parent, 'namespace')) ?? route.namespace}/${text(field(parent, 'name')) ?? ''}`).length > 0;
  return { mesh: parents.some(inMesh), gateways: parents.some((parent) => !inMesh(parent)) };
}

/** True where the caller of an edge to a host takes this route. */
export function takes(route: ConfigObject, bound: Bound, { source: { entity } }: EdgeEvidence, host: string, mesh: Mesh): boolean {
  if (entity.kind === EntityKind.gateway) return bound.gateways;
  return bound.mesh && (route.type !== 'VirtualService' || isVisible(route, host, entity.namespace, mesh));
}
