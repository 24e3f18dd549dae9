import { NodeBadge } from '../badges.ts';
import type { ServiceGraph } from '../graph.ts';
import { mapNodes, withBadges, type AppenderContext } from './appender.ts';

/** Marks nodes whose app and version a WorkloadEntry of their namespace declares: they run (also) outside of Kubernetes. */
export function workloadEntry(graph: ServiceGraph, { inventory }: AppenderContext): ServiceGraph {
  return mapNodes(graph, (node) => (inventory.workloadEntriesOf(node.entity).length > 0 ? withBadges(node, NodeBadge.workloadEntry) : node));
}
