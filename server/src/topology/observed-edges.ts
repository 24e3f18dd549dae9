import type { GraphColumns } from '../inference/graph-columns.ts';
import type { OrreryClient } from '../commands/orrery-client.ts';
import type { ObservedEdge } from './check-topology.ts';
import type { ObservedEntity } from './entity-pattern.ts';

const idle = 2;

/** What was observed in a window. */
export interface Observed {
  readonly edges: readonly ObservedEdge[];
  /** What of the window was not observed, in words; [] = it is whole. */
  readonly partial: readonly string[];
}

/** Every edge of a window (Unix seconds) that carried traffic, by workload. @throws OrreryError */
export async function observedEdges(orrery: OrreryClient, from: number, to: number): Promise<Observed> {
  const { strings, nodes, edges, quality } = await orrery.json<GraphColumns>('api/graph', { type: 'workload', from: String(from), to: String(to) });
  const text = (index: number | undefined): string => strings[index ?? -1] ?? '';
  const entity = (i: number): ObservedEntity => ({ cluster: text(nodes.cluster[i]), namespace: text(nodes.namespace[i]), kind: text(nodes.kind[i]), name: nodes.name[i] ?? '', app: text(nodes.app[i]) });
  const carrying = edges.id.flatMap((id, i) => (((edges.flags[i] ?? 0) & idle) !== 0 ? [] : [{
    id, source: entity(edges.source[i]!), destination: entity(edges.destination[i]!),
    requestsPerSecond: edges.rps[i] ?? null, connectionsPerSecond: edges.connectionsPerSecond[i] ?? null, bytesPerSecond: edges.bytesPerSecond[i] ?? null,
    lastSeen: edges.lastSeen[i] ?? 0,
  }]));
  return { edges: carrying, partial: quality.partial };
}

/** Which instruments saw some edges, as `proxy/destination`. */
export async function witnessesOf(orrery: OrreryClient, ids: readonly string[], from: number, to: number): Promise<Map<string, readonly string[]>> {
  const input = { type: 'workload', window: { from, to } };
  const query = 'query Witnesses($id: ID!, $input: GraphInput) { edge(id: $id, input: $input) { edge { evidence { instrument side } } } }';
  const found = new Map<string, readonly string[]>();
  for (const id of ids) {
    const { edge } = await orrery.graphql<{ edge: { edge: { evidence: { instrument: string; side: string }[] } } | null }>(query, { id, input });
    found.set(id, [...new Set(edge?.edge.evidence.map(({ instrument, side }) => `${instrument}/${side}`) ?? [])].sort());
  }
  return found;
}
