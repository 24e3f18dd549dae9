import { EntityKind } from '@orrery/collectors/model/entity';
import type { GraphEdge, GraphNode, ServiceGraph } from '../graph.ts';
import { costKinds, kindOfZones, type CostKind, type PriceTable } from './prices.ts';
import type { ZoneTraffic } from './zone-traffic.ts';

/** Hours of the month that costs are extrapolated to, as clouds bill. */
const hoursPerMonth = 730;

/** Bytes of a window that are priced alike, and their price in the currency of the price table. */
export interface CostPart { readonly kind: CostKind; readonly bytes: number; readonly cost: number }

/** Bytes and what they cost: over the window, and if it went on for a month. */
export interface Cost {
  readonly parts: readonly CostPart[];
  readonly bytes: number;
  readonly cost: number;
  readonly monthlyCost: number;
}

/** What the traffic of one edge cost in the window. */
export interface EdgeCost extends Cost {
  readonly edge: GraphEdge;
  readonly source: GraphNode;
  readonly destination: GraphNode;
}

/** What the traffic of a window cost. */
export interface TrafficCost {
  /** The dearest first, then by bytes. */
  readonly edges: readonly EdgeCost[];
  readonly namespaces: readonly (Cost & { readonly namespace: string })[];
  readonly total: Cost;
}

const internet: ReadonlySet<string> = new Set([EntityKind.external, EntityKind.world]);

/**
 * What the bytes of a window cost. Traffic with the Internet is told by its ends and priced for the bytes that leave;
 * the rest is split as the zones behind it are. An edge's bytes are those of the graph, which count each byte once; zones
 * only say in what proportion they went where (by their bytes, or by requests where nobody counts bytes by zone), and what no zones are known of stays unknown.
 */
export function trafficCost(graph: ServiceGraph, zones: readonly ZoneTraffic[], prices: PriceTable): TrafficCost {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const byEdge = new Map<string, ZoneTraffic[]>();
  for (const zone of zones) {
    const list = byEdge.get(zone.edgeId);
    if (list) list.push(zone);
    else byEdge.set(zone.edgeId, [zone]);
  }
  const toMonth = graph.coveredSeconds > 0 ? (hoursPerMonth * 3_600) / graph.coveredSeconds : 0;
  const total = new Bytes(), namespaces = new Map<string, Bytes>();
  const edges: EdgeCost[] = [];
  for (const edge of graph.edges) {
    const source = nodes.get(edge.source)!, destination = nodes.get(edge.destination)!;
    const bytes = bytesOf(edge, source, destination, edge.edgeIds.flatMap((id) => byEdge.get(id) ?? []), graph.coveredSeconds);
    if (bytes.total() === 0) continue;
    edges.push({ edge, source, destination, ...bytes.cost(prices, toMonth) });
    total.add(bytes);
    const { namespace } = source.entity;
    let sum = namespaces.get(namespace);
    if (!sum) namespaces.set(namespace, (sum = new Bytes()));
    sum.add(bytes);
  }
  return {
    edges: edges.sort((a, b) => b.cost - a.cost || b.bytes - a.bytes || (a.edge.id < b.edge.id ? -1 : 1)),
    namespaces: [...namespaces].map(([namespace, bytes]) => ({ namespace, ...bytes.cost(prices, toMonth) })).sort((a, b) => b.cost - a.cost || b.bytes - a.bytes || (a.namespace < b.namespace ? -1 : 1)),
    total: total.cost(prices, toMonth),
  };
}

function bytesOf({ signals }: GraphEdge, source: GraphNode, destination: GraphNode, zones: readonly ZoneTraffic[], seconds: number): Bytes {
  const sent = (signals.bytesSentPerSecond ?? 0) * seconds, received = (signals.bytesReceivedPerSecond ?? 0) * seconds;
  const bytes = new Bytes();
  if (internet.has(destination.entity.kind) || internet.has(source.entity.kind)) {
    // What comes in from the Internet is free.
    const leaving = internet.has(destination.entity.kind) ? sent : received;
    bytes.put('internet', leaving);
    bytes.put('sameZone', sent + received - leaving);
    return bytes;
  }
  const known = inBytes(zones, sent + received).map((zone) => ({ kind: kindOfZones(zone.sourceZone, zone.destinationZone), bytes: zone.bytes }));
  const seen = known.reduce((sum, one) => sum + one.bytes, 0);
  const all = sent + received;
  // Zones may be known of a part of the bytes alone, and may come from a witness that counts a little more than the teller.
  const scale = seen > all && seen > 0 ? all / seen : 1;
  for (const one of known) bytes.put(one.kind, one.bytes * scale);
  bytes.put('unknown', Math.max(0, all - seen * scale));
  return bytes;
}

/** Zones by bytes; where none of them counts bytes, `all` as their requests fall to them. */
function inBytes(zones: readonly ZoneTraffic[], all: number): readonly (Pick<ZoneTraffic, 'sourceZone' | 'destinationZone'> & { readonly bytes: number })[] {
  const told = zones.map((zone) => ({ ...zone, bytes: zone.bytesSent + zone.bytesReceived }));
  const requests = zones.reduce((sum, zone) => sum + (zone.requests ?? 0), 0);
  if (requests === 0 || told.some(({ bytes }) => bytes > 0)) return told;
  return told.map((zone) => ({ ...zone, bytes: (all * (zone.requests ?? 0)) / requests }));
}

/** Bytes by kind. */
class Bytes {
  readonly #byKind = new Map<CostKind, number>();

  put(kind: CostKind, bytes: number): void {
    if (bytes > 0) this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + bytes);
  }

  add(other: Bytes): void {
    for (const [kind, bytes] of other.#byKind) this.put(kind, bytes);
  }

  total(): number {
    return [...this.#byKind.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  cost({ perGb }: PriceTable, toMonth: number): Cost {
    const parts = costKinds.flatMap((kind): CostPart[] => {
      const bytes = this.#byKind.get(kind);
      return bytes === undefined ? [] : [{ kind, bytes, cost: kind === 'unknown' ? 0 : (bytes / 1e9) * perGb[kind] }];
    });
    const cost = parts.reduce((sum, part) => sum + part.cost, 0);
    return { parts, bytes: this.total(), cost, monthlyCost: cost * toMonth };
  }
}
