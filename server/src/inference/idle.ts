import { noSignals } from './golden-signals.ts';
import { Health, type ServiceGraph } from './graph.ts';

/** What of an earlier window is shown as idle. */
export interface IdleParts { readonly nodes: boolean; readonly edges: boolean }

/** Adds the nodes and edges of an earlier graph that are not in this one, as idle: no signals, no health. Edges alone bring the nodes at their ends. */
export function withIdle(graph: ServiceGraph, earlier: ServiceGraph, parts: IdleParts = { nodes: true, edges: true }): ServiceGraph {
  const nodes = new Set(graph.nodes.map((node) => node.id));
  const edges = new Set(graph.edges.map((edge) => edge.id));
  const quiet = { signals: noSignals, health: Health.na, healthReason: '', isIdle: true };
  const idleEdges = (parts.edges ? earlier.edges.filter((edge) => !edges.has(edge.id)) : [])
    .map(({ traffic: _traffic, responseTime: _time, throughput: _throughput, securityPolicy: _policy, ...edge }) => ({ ...edge, ...quiet, clientP99Ms: null, clientErrorsPerSecond: null, responses: [], mtlsShare: null, evidence: [] }));
  const ends = new Set(idleEdges.flatMap((edge) => [edge.source, edge.destination]));
  const idleNodes = earlier.nodes
    .filter((node) => !nodes.has(node.id) && (parts.nodes || ends.has(node.id)))
    .map((node) => ({ ...node, ...quiet, unresolved: 0 }));
  if (idleNodes.length + idleEdges.length === 0) return graph;
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  return { ...graph, nodes: [...graph.nodes, ...idleNodes].sort(byId), edges: [...graph.edges, ...idleEdges].sort(byId) };
}
