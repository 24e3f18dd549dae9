import type { GraphNode, GraphType, ServiceGraph } from '../graph.ts';
import type { InventoryIndex } from './inventory-index.ts';

/** What can be added to a graph, by Kiali's names. */
export const AppenderName = {
  deadNode: 'deadNode',
  serviceEntry: 'serviceEntry',
  workloadEntry: 'workloadEntry',
  idleNode: 'idleNode',
  responseTime: 'responseTime',
  throughput: 'throughput',
  securityPolicy: 'securityPolicy',
  meshCheck: 'meshCheck',
  labels: 'labels',
  outsider: 'outsider',
  health: 'health',
  istio: 'istio',
} as const;
export type AppenderName = (typeof AppenderName)[keyof typeof AppenderName];

/** Those that say nothing without an inventory. */
export const needsInventory: ReadonlySet<AppenderName> = new Set<AppenderName>([
  'deadNode', 'serviceEntry', 'workloadEntry', 'idleNode', 'meshCheck', 'labels', 'health', 'istio',
]);

/** What an appender knows beside the graph. */
export interface AppenderContext {
  readonly type: GraphType;
  /** Namespaces that were asked for; null = all. */
  readonly namespaces: readonly string[] | null;
  readonly inventory: InventoryIndex;
}

/** A graph with something added: pure, and the same whatever order the inventory comes in. */
export type Appender = (graph: ServiceGraph, context: AppenderContext) => ServiceGraph;

/** The graph with every node mapped; the graph itself where none changed. */
export function mapNodes(graph: ServiceGraph, change: (node: GraphNode) => GraphNode): ServiceGraph {
  let changed = false;
  const nodes = graph.nodes.map((node) => {
    const next = change(node);
    changed ||= next !== node;
    return next;
  });
  return changed ? { ...graph, nodes } : graph;
}

/** The node with some badges more. */
export function withBadges(node: GraphNode, bits: number): GraphNode {
  const badges = (node.badges ?? 0) | bits;
  return badges === (node.badges ?? 0) ? node : { ...node, badges };
}
