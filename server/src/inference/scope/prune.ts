import type { GraphEdge, ServiceGraph } from '../graph.ts';

/** The graph without some edges, and without the nodes that only they connected. */
export function withoutEdges(graph: ServiceGraph, drop: (edge: GraphEdge) => boolean): ServiceGraph {
  const edges = graph.edges.filter((edge) => !drop(edge));
  if (edges.length === graph.edges.length) return graph;
  const before = endsOf(graph.edges), after = endsOf(edges);
  return { ...graph, edges, nodes: graph.nodes.filter(({ id }) => after.has(id) || !before.has(id)) };
}

/** The graph without some nodes and the edges at them. */
export function withoutNodes(graph: ServiceGraph, gone: ReadonlySet<string>): ServiceGraph {
  if (gone.size === 0) return graph;
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !gone.has(id)),
    edges: graph.edges.filter(({ source, destination }) => !gone.has(source) && !gone.has(destination)),
  };
}

function endsOf(edges: readonly GraphEdge[]): Set<string> {
  return new Set(edges.flatMap(({ source, destination }) => [source, destination]));
}
