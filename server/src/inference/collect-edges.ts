import type { DisplayEdge } from './display-edge.ts';
import type { GraphEdge, ServiceGraph } from './graph.ts';
import { buildServiceGraph, type GraphOptions } from './load-graph.ts';
import type { EdgeWindow } from './ports.ts';
import type { TrafficSum } from './traffic-sum.ts';

/** A graph, and what was read of each of its edges while their rows and sums were at hand. */
export interface CollectedEdges<T> {
  readonly graph: ServiceGraph;
  readonly edges: readonly { readonly edge: GraphEdge; readonly found: T }[];
}

/** Builds the graph of one window and reads more of each edge than the graph keeps. `sum` is reused: take numbers out of it. */
export function collectEdges<T>(rows: readonly EdgeWindow[], options: Omit<GraphOptions, 'idleRows'>, read: (edge: DisplayEdge, sum: TrafficSum) => T): CollectedEdges<T> {
  const found: T[] = [];
  const addToEdge = (edge: DisplayEdge, sum: TrafficSum, _seconds: number, i: number): Record<string, never> => {
    found[i] = read(edge, sum);
    return {};
  };
  const graph = buildServiceGraph(rows, { evidence: false, ...options, view: { ...options.view, addToEdge } });
  return { graph, edges: graph.edges.map((edge, i) => ({ edge, found: found[i]! })) };
}
