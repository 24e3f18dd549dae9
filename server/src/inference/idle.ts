import { noSignals } from './golden-signals.ts';
import { Health, type ServiceGraph } from './graph.ts';

/** Adds the nodes and edges of an earlier graph that are not in this one, as idle: no signals, no health. */
export function withIdle(graph: ServiceGraph, earlier: ServiceGraph): ServiceGraph {
  const nodes = new Set(graph.nodes.map((node) => node.id));
  const edges = new Set(graph.edges.map((edge) => edge.id));
  const quiet = { signals: noSignals, health: Health.na, healthReason: '', isIdle: true };
  const idleNodes = earlier.nodes.filter((node) => !nodes.has(node.id)).map((node) => ({ ...node, ...quiet, unresolved: 0 }));
  const idleEdges = earlier.edges
    .filter((edge) => !edges.has(edge.id))
    .map((edge) => ({ ...edge, ...quiet, clientP99Ms: null, clientErrorsPerSecond: null, responses: [], mtlsShare: null, evidence: [] }));
  if (idleNodes.length + idleEdges.length === 0) return graph;
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  return { ...graph, nodes: [...graph.nodes, ...idleNodes].sort(byId), edges: [...graph.edges, ...idleEdges].sort(byId) };
}
