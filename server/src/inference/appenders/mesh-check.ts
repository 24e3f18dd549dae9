import { NodeBadge } from '../badges.ts';
import type { ServiceGraph } from '../graph.ts';
import { mapNodes, withBadges, type AppenderContext } from './appender.ts';

/** Marks workloads whose pods run without a sidecar where they are not in ambient either, and those in ambient. An app counts by the worst of its workloads. Gateways and waypoints are proxies themselves. */
export function meshCheck(graph: ServiceGraph, { inventory }: AppenderContext): ServiceGraph {
  return mapNodes(graph, (node) => {
    const workloads = inventory.workloadsOf(node.entity).filter(({ role }) => role === 'workload');
    const missing = workloads.some(({ dataPlane }) => dataPlane === 'none');
    const ambient = workloads.length > 0 && workloads.every(({ dataPlane }) => dataPlane === 'ambient');
    return withBadges(node, (missing ? NodeBadge.missingSidecar : 0) | (ambient ? NodeBadge.ambient : 0));
  });
}
