import { entityText, joinFields, type Entity } from './entity.ts';
import { sipHash128 } from './sip-hash.ts';

/**
 * Who talks to whom, through which service. Layer and protocol are measures on the edge, not part of it.
 * Two instruments may name one edge differently (a port known or not, a version known or not): each naming
 * is stored as it was reported; `server/src/inference` joins them at reading.
 */
export interface Edge {
  readonly source: Entity;
  readonly destination: Entity;
  /** Destination service host as addressed, e.g. `orders.shop.svc.cluster.local`; `''` if not known. */
  readonly service: string;
  /** True where the reporter guessed the service from a port (ztunnel's destination side): a named one outranks it. */
  readonly serviceGuessed: boolean;
  /** Destination port, 0 if not known. */
  readonly port: number;
}

/** Canonical text of an edge within a tenant. */
export function edgeText(tenant: string, edge: Edge): string {
  return joinFields([
    tenant,
    entityText(edge.source),
    entityText(edge.destination),
    edge.service,
    edge.serviceGuessed ? 'guessed' : '',
    String(edge.port),
  ]);
}

const encoder = new TextEncoder();

/** `edge_id`: 32 hex digits, the keyed 128-bit SipHash of the canonical text. The key belongs to the installation. */
export function edgeId(key: Uint8Array, tenant: string, edge: Edge): string {
  return sipHash128(key, encoder.encode(edgeText(tenant, edge)));
}
