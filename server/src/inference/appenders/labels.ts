import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { ServiceGraph } from '../graph.ts';
import { mapNodes, type AppenderContext } from './appender.ts';
import type { InventoryIndex } from './inventory-index.ts';

/** Gives nodes the labels of what they stand for: a service's own, a workload's pod template's, and for an app those that all of its workloads share. Sorted by name. */
export function labels(graph: ServiceGraph, { inventory }: AppenderContext): ServiceGraph {
  return mapNodes(graph, (node) => {
    const found = labelsOf(node.entity, inventory);
    return found === null ? node : { ...node, labels: new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))) };
  });
}

function labelsOf(entity: Entity, inventory: InventoryIndex): ReadonlyMap<string, string> | null {
  if (entity.kind === EntityKind.service) return inventory.service(entity)?.labels ?? null;
  const [first, ...others] = inventory.workloadsOf(entity);
  if (!first) return null;
  return new Map([...first.labels].filter(([name, value]) => others.every((other) => other.labels.get(name) === value)));
}
