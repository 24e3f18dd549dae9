import type { ServiceGraph } from '../graph.ts';

/**
 * Kiali's node graph: a node, and every edge that begins or ends within `depth` − 1 edges of it, in either direction, with
 * the nodes at their ends. A part of the whole graph with the same numbers. Null if the graph has no such node.
 */
export function nodeGraph(graph: ServiceGraph, id: string, depth: number): ServiceGraph | null {
  if (!graph.nodes.some((node) => node.id === id)) return null;
  const byEnd = new Map<string, number[]>();
  graph.edges.forEach(({ source, destination }, i) => {
    for (const end of source === destination ? [source] : [source, destination]) {
      const list = byEnd.get(end);
      if (list) list.push(i);
      else byEnd.set(end, [i]);
    }
  });
  const nodes = new Set([id]);
  const edges = new Set<number>();
  let frontier = [id];
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const next: string[] = [];
    for (const end of frontier) {
      for (const i of byEnd.get(end) ?? []) {
        edges.add(i);
        const { source, destination } = graph.edges[i]!;
        const other = source === end ? destination : source;
        if (nodes.has(other)) continue;
        nodes.add(other);
        next.push(other);
      }
    }
    frontier = next;
  }
  return { ...graph, nodes: graph.nodes.filter((node) => nodes.has(node.id)), edges: graph.edges.filter((_, i) => edges.has(i)) };
}
