import { EntityKind } from '@orrery/collectors/model/entity';
import type { GraphNode } from '../graph.ts';
import { byPlaintext, byTraffic, carriesPlaintext, type EdgeSecurity } from './edge-security.ts';

/** What would become of the traffic of a window if a namespace took mTLS alone. */
export interface StrictImpact {
  /** Carry plaintext into it: they would fail. */
  readonly breaking: readonly EdgeSecurity[];
  readonly plaintextRequests: number;
  readonly plaintextConnections: number;
  /** Callers among them that have no part in the mesh, by id. */
  readonly callersOutsideMesh: readonly GraphNode[];
  /** Nobody knows: they may fail. */
  readonly unknown: readonly EdgeSecurity[];
  readonly safe: boolean;
}

/**
 * What `PeerAuthentication` STRICT of a namespace (`''` = of the mesh) would cut off: whatever arrives in plaintext at its
 * workloads. What arrives at a gateway is left out, for its listeners are ruled by the Gateway's own TLS settings.
 */
export function strictImpact(edges: readonly EdgeSecurity[], namespace: string): StrictImpact {
  const into = edges.filter(({ destination: { entity } }) => (namespace === '' || entity.namespace === namespace) && entity.kind !== EntityKind.gateway);
  const breaking = into.filter(carriesPlaintext).sort(byPlaintext);
  const unknown = into.filter(({ judged }) => !judged).sort(byTraffic);
  const outside = new Map(breaking.filter(({ source }) => source.isOutsideMesh).map(({ source }) => [source.id, source]));
  return {
    breaking, unknown,
    plaintextRequests: breaking.reduce((sum, edge) => sum + edge.requestsPlaintext, 0),
    plaintextConnections: breaking.reduce((sum, edge) => sum + edge.connectionsPlaintext, 0),
    callersOutsideMesh: [...outside.keys()].sort().map((id) => outside.get(id)!),
    safe: breaking.length === 0 && unknown.length === 0,
  };
}
