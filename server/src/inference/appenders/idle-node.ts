import { EntityKind, unknownEntity, type Entity } from '@orrery/collectors/model/entity';
import { noSignals } from '../golden-signals.ts';
import { GraphType, Health, type GraphNode, type ServiceGraph } from '../graph.ts';
import type { InventoryService, InventoryWorkload } from '../inventory.ts';
import { nodeKey } from '../node-key.ts';
import { nodeId } from '../stable-id.ts';
import type { AppenderContext } from './appender.ts';

/**
 * Adds what exists and has no traffic: services in a service graph, else workloads as the nodes that they are in a graph of
 * this type. Only of the namespaces that were asked for. A thing that is there under a cluster of another name is not added again.
 */
export function idleNode(graph: ServiceGraph, { type, namespaces, inventory }: AppenderContext): ServiceGraph {
  const asked = namespaces === null ? null : new Set(namespaces);
  const { services, workloads } = inventory.inventory;
  const present = new Set(graph.nodes.map(({ id }) => id));
  const places = new Map<string, Set<string>>();
  for (const { entity } of graph.nodes) {
    const clusters = places.get(placeOf(entity));
    if (clusters) clusters.add(entity.cluster);
    else places.set(placeOf(entity), new Set([entity.cluster]));
  }
  const added = new Map<string, GraphNode>();
  for (const entity of type === GraphType.service ? services.map(entityOfService) : workloads.map(entityOfWorkload)) {
    if (asked !== null && !asked.has(entity.namespace)) continue;
    const key = nodeKey(type, entity);
    const id = nodeId(key.text);
    const clusters = places.get(placeOf(key.entity));
    if (present.has(id) || added.has(id) || (clusters && (entity.cluster === '' || clusters.has('')))) continue;
    added.set(id, { id, entity: key.entity, label: key.label, health: Health.na, healthReason: '', signals: noSignals, isRoot: false, isIdle: true, isOutsideMesh: false, unresolved: 0 });
  }
  return added.size === 0 ? graph : { ...graph, nodes: [...graph.nodes, ...added.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

const kindOfRole = { workload: EntityKind.workload, gateway: EntityKind.gateway, waypoint: EntityKind.waypoint } as const;

function entityOfWorkload({ cluster, namespace, name, app, version, role }: InventoryWorkload): Entity {
  return { cluster, namespace, kind: kindOfRole[role], name, app, version };
}

function entityOfService({ cluster, namespace, name }: InventoryService): Entity {
  return { ...unknownEntity, cluster, namespace, kind: EntityKind.service, name };
}

function placeOf({ namespace, kind, name, version }: Entity): string {
  return JSON.stringify([namespace, kind, name, kind === EntityKind.app ? version : '']);
}
