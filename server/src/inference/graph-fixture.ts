import { expect } from 'vitest';
import { GraphType, type GraphEdge, type ServiceGraph } from './graph.ts';
import { buildServiceGraph, type GraphOptions } from './load-graph.ts';
import type { EdgeWindow } from './ports.ts';
import { host, orders, t0, web } from './row-fixture.ts';

/** Five minutes of ten-second buckets, looked at as they end. */
const options: GraphOptions = { tenant: 't', type: GraphType.workload, window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 };

/** The graph of rows. */
export const build = (rows: readonly EdgeWindow[], more: Partial<GraphOptions> = {}): ServiceGraph => buildServiceGraph(rows, { ...options, ...more });

/** An edge by the labels of its ends, with counts over the whole window. */
export function edgeOf(graph: ServiceGraph, source: string, destination: string): GraphEdge & { requests: number | null } {
  const label = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const edge = graph.edges.find((one) => label.get(one.source) === source && label.get(one.destination) === destination);
  if (!edge) throw new Error(`no edge ${source} → ${destination} among ${graph.edges.map((one) => `${label.get(one.source)} → ${label.get(one.destination)}`).join(', ')}`);
  const rate = edge.signals.requestsPerSecond;
  return { ...edge, requests: rate === null ? null : Math.round(rate * graph.coveredSeconds * 1000) / 1000 };
}

/** The edge of a graph that has no other. */
export const onlyEdge = (rows: readonly EdgeWindow[], more: Partial<GraphOptions> = {}): GraphEdge & { requests: number | null } => {
  const graph = build(rows, more);
  expect(graph.edges).toHaveLength(1);
  const label = (id: string): string => graph.nodes.find((node) => node.id === id)!.label;
  return edgeOf(graph, label(graph.edges[0]!.source), label(graph.edges[0]!.destination));
};

/** Ends and service of the usual edge, web → orders. */
export const wo = { from: web, to: orders, service: host('orders') };
