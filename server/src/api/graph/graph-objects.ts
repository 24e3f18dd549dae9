import { badgeNames, type NodeBadge } from '../../inference/badges.ts';
import type { GraphEdge, GraphNode, GraphQuality, GraphType, ServiceGraph } from '../../inference/graph.ts';
import { ApiError } from '../errors.ts';

/** `Window` of the schema. */
export interface WindowObject {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly coveredSeconds: number;
  readonly settled: boolean;
}

/** `GraphNode` of the schema. */
export type NodeObject = Omit<GraphNode, 'badges' | 'labels'> & {
  readonly badges: readonly NodeBadge[];
  readonly labels: readonly { readonly name: string; readonly value: string }[] | null;
};

/** `ServiceGraph` of the schema. */
export interface GraphObjects {
  readonly type: GraphType;
  readonly window: WindowObject;
  readonly nodes: readonly NodeObject[];
  readonly edges: readonly GraphEdge[];
  readonly quality: GraphQuality;
}

/** Of more, columns are what a console can still draw, in a tenth of the bytes (design §4 «Reading»). */
const maxEdges = 1_000;
/** Nodes without traffic may be many more than edges. */
const maxNodes = 2_000;

/** The graph for object-typed GraphQL. @throws ApiError GRAPH_TOO_LARGE */
export function graphObjects(graph: ServiceGraph): GraphObjects {
  if (graph.edges.length > maxEdges) {
    throw new ApiError('GRAPH_TOO_LARGE', `the graph has ${graph.edges.length} edges, objects go up to ${maxEdges}: ask for graphColumns, or for some namespaces`);
  }
  if (graph.nodes.length > maxNodes) {
    throw new ApiError('GRAPH_TOO_LARGE', `the graph has ${graph.nodes.length} nodes, objects go up to ${maxNodes}: ask for graphColumns, or for some namespaces`);
  }
  return { type: graph.type, window: windowObject(graph), nodes: graph.nodes.map(nodeObject), edges: graph.edges, quality: graph.quality };
}

/** A node as the schema has it: badges by name, labels as a list. */
export function nodeObject(node: GraphNode): NodeObject {
  return { ...node, badges: badgeNames(node.badges ?? 0), labels: node.labels ? [...node.labels].map(([name, value]) => ({ name, value })) : null };
}

/** The window of a graph as the schema has it. */
export function windowObject(graph: ServiceGraph): WindowObject {
  const { window, coveredSeconds, settled } = graph;
  return { ...window, coveredSeconds, settled };
}
