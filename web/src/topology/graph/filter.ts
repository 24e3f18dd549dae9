import type { Matches } from '../find/evaluate.ts';
import { states, type State, type Topology, type TopologyEdge, type TopologyNode } from './topology.ts';

export interface Shown {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

/**
 * What is left after hiding and after the legend: an edge needs both ends; with states chosen, edges of other states go, and
 * so do nodes of other states that no remaining edge touches.
 */
export function filterTopology(graph: Pick<Topology, 'nodes' | 'edges'>, hidden: Matches | null, chosen: readonly State[]): Shown {
  const wanted = new Set(chosen);
  const nodes = new Map([...graph.nodes].filter(([id]) => !hidden?.nodes.has(id)));
  const edges = [...graph.edges.values()].filter(
    (edge) => !hidden?.edges.has(edge.id) && nodes.has(edge.source) && nodes.has(edge.destination) && (wanted.size === 0 || wanted.has(edge.state)),
  );
  if (wanted.size === 0) return { nodes: [...nodes.values()], edges };
  const touched = new Set(edges.flatMap((edge) => [edge.source, edge.destination]));
  return { nodes: [...nodes.values()].filter((node) => wanted.has(node.state) || touched.has(node.id)), edges };
}

/** How many of each state. */
export function countStates(items: Iterable<{ readonly state: State }>): Readonly<Record<State, number>> {
  const counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
  for (const { state } of items) counts[state]++;
  return counts;
}
