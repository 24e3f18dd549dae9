import type { GraphNode, ServiceGraph } from '../graph.ts';
import type { EdgeDelta, NodeDelta, Presence, SignalChange } from './graph-delta.ts';
import { comparedSignals, gravest, valueOf, type ComparedSignal, type Verdict } from './signals.ts';

/** The nodes that came, went or changed, with the ends of every edge that did; by id. */
export function nodeDeltas(before: ServiceGraph, after: ServiceGraph, edges: readonly EdgeDelta[]): { nodes: NodeDelta[]; unchangedNodes: string[] } {
  const earlier = byId(before), later = byId(after);
  const ends = new Set(edges.flatMap((edge) => [edge.source, edge.destination]));
  const called = new Set([...before.edges, ...after.edges].flatMap((edge) => (edge.source === edge.destination ? [] : [edge.destination])));
  const speaking = new Map<string, EdgeDelta[]>();
  for (const edge of edges) {
    if (edge.presence !== 'both') continue;
    for (const id of called.has(edge.source) ? [edge.destination] : [edge.destination, edge.source]) {
      const list = speaking.get(id);
      if (list) list.push(edge);
      else speaking.set(id, [edge]);
    }
  }
  const nodes: NodeDelta[] = [], unchangedNodes: string[] = [];
  for (const id of [...new Set([...earlier.keys(), ...later.keys()])].sort()) {
    const pair = { before: earlier.get(id) ?? null, after: later.get(id) ?? null };
    if (pair.before && pair.after && !ends.has(id)) unchangedNodes.push(id);
    else nodes.push(nodeDelta(id, pair, speaking.get(id) ?? []));
  }
  return { nodes, unchangedNodes };
}

function nodeDelta(id: string, { before, after }: { before: GraphNode | null; after: GraphNode | null }, edges: readonly EdgeDelta[]): NodeDelta {
  const { entity, label } = (after ?? before)!;
  const presence: Presence = before && after ? 'both' : after ? 'added' : 'gone';
  const verdicts = edges.map((edge) => edge.verdict);
  return {
    id, presence, entity, label,
    verdict: presence === 'both' ? gravest(verdicts) : 'changed',
    healthBefore: before?.health ?? 'NA', healthAfter: after?.health ?? 'NA',
    signals: before && after ? comparedSignals.flatMap((signal) => nodeChange(signal, before, after, edges)) : [],
  };
}

function nodeChange(signal: ComparedSignal, before: GraphNode, after: GraphNode, edges: readonly EdgeDelta[]): SignalChange[] {
  const verdicts = edges.flatMap((edge) => edge.signals.flatMap((one): Verdict[] => (one.signal === signal && one.verdict !== 'unknown' ? [one.verdict] : [])));
  const [a, b] = [valueOf(signal, before), valueOf(signal, after)];
  if (verdicts.length === 0 || a === null || b === null) return [];
  return [{ signal, before: a, after: b, difference: b - a, relative: a === 0 ? null : (b - a) / a, pValue: null, qValue: null, verdict: gravest(verdicts), reason: '' }];
}

function byId(graph: ServiceGraph): Map<string, GraphNode> {
  return new Map(graph.nodes.flatMap((node) => (node.isIdle ? [] : [[node.id, node]])));
}
