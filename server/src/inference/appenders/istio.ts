import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { NodeBadge } from '../badges.ts';
import type { GraphNode, ServiceGraph } from '../graph.ts';
import { isEgressCluster, kubernetesService } from '../service-host.ts';
import { mapNodes, withBadges, type AppenderContext } from './appender.ts';
import type { InventoryIndex } from './inventory-index.ts';

/**
 * Marks nodes with what is configured for them: a service with its routing and resilience; a workload or app with those of
 * the services that it is called through, unless these are nodes of their own. Gateways, waypoints and Envoy's clusters for
 * egress are marked as such.
 */
export function istio(graph: ServiceGraph, { inventory }: AppenderContext): ServiceGraph {
  const services = new Map<string, Set<string>>();
  for (const { destination, services: hosts } of graph.edges) {
    let set = services.get(destination);
    if (!set) services.set(destination, (set = new Set()));
    for (const host of hosts) set.add(host);
  }
  const injected = graph.nodes.some(({ badges }) => ((badges ?? 0) & NodeBadge.injected) !== 0);
  return mapNodes(graph, (node) => {
    const { entity } = node;
    const behind = injected && entity.kind !== EntityKind.service ? [] : [...services.get(node.id) ?? []];
    return withBadges(node, roleOf(node, inventory) | routingOf(entity, behind, inventory));
  });
}

function roleOf({ entity }: GraphNode, inventory: InventoryIndex): number {
  const roles = new Set<string>([entity.kind, ...inventory.workloadsOf(entity).map(({ role }) => role)]);
  return (roles.has('gateway') ? NodeBadge.gateway : 0) | (roles.has('waypoint') ? NodeBadge.waypoint : 0) | (isEgressCluster(entity) ? NodeBadge.egressCluster : 0);
}

function routingOf(entity: Entity, hosts: readonly string[], inventory: InventoryIndex): number {
  let bits = 0;
  const add = (cluster: string, namespace: string, name: string): void => {
    for (const feature of inventory.service({ cluster, namespace, name })?.routing ?? []) bits |= NodeBadge[feature];
  };
  if (entity.kind === EntityKind.service) add(entity.cluster, entity.namespace, entity.name);
  for (const host of hosts) {
    const service = kubernetesService(host);
    if (service) add(entity.cluster, service.namespace, service.name);
  }
  return bits;
}
