import { EntityKind } from '@orrery/collectors/model/entity';
import { NodeBadge } from '../badges.ts';
import type { GraphNode, ServiceGraph } from '../graph.ts';
import { withoutNodes } from '../scope/prune.ts';
import { isEgressCluster } from '../service-host.ts';
import { mapNodes, withBadges, type AppenderContext } from './appender.ts';

const maybeGone: ReadonlySet<string> = new Set([EntityKind.workload, EntityKind.gateway, EntityKind.waypoint, EntityKind.app, EntityKind.unknown]);

/**
 * Kiali's dead nodes. A node with traffic is never dead. Of the others those leave the graph that nothing backs any more: a
 * workload or app without a workload in the inventory, an unknown one, a service that nobody calls and that calls nothing.
 * One whose workloads exist and have no pods stays, with the badge `dead`. Repeated until nothing more goes, since
 * a service may have lived only by a node that went.
 */
export function deadNode(graph: ServiceGraph, context: AppenderContext): ServiceGraph {
  let left = graph;
  for (;;) {
    const busy = busyNodes(left), calling = new Set(left.edges.map(({ source }) => source));
    const gone = new Set(left.nodes.filter((node) => !busy.has(node.id) && isGone(node, calling, context)).map(({ id }) => id));
    if (gone.size === 0) break;
    left = withoutNodes(left, gone);
  }
  const busy = busyNodes(left);
  return mapNodes(left, (node) => {
    const workloads = context.inventory.workloadsOf(node.entity);
    const noPods = workloads.length > 0 && workloads.every(({ pods }) => pods === 0);
    return noPods && !busy.has(node.id) ? withBadges(node, NodeBadge.dead) : node;
  });
}

function isGone({ entity, id, unresolved }: GraphNode, calling: ReadonlySet<string>, { inventory }: AppenderContext): boolean {
  if (entity.kind === EntityKind.service) {
    if (isEgressCluster(entity) || inventory.serviceEntry(entity) !== null || inventory.service(entity) !== null) return false;
    return !calling.has(id);
  }
  return maybeGone.has(entity.kind) && unresolved === 0 && inventory.workloadsOf(entity).length === 0;
}

function busyNodes(graph: ServiceGraph): ReadonlySet<string> {
  return new Set(graph.edges.filter((edge) => !edge.isIdle).flatMap(({ source, destination }) => [source, destination]));
}
