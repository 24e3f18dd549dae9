import { EntityKind, unknownEntity, type Entity } from '@orrery/collectors/model/entity';
import { NodeBadge } from '../badges.ts';
import type { ServiceGraph } from '../graph.ts';
import type { InventoryServiceEntry } from '../inventory.ts';
import type { PlacedRow } from '../placed-row.ts';
import { mapNodes, withBadges, type AppenderContext } from './appender.ts';
import type { InventoryIndex } from './inventory-index.ts';

const unbacked: ReadonlySet<string> = new Set([EntityKind.external, EntityKind.service, EntityKind.unknown]);

/**
 * Sends rows to the ServiceEntry that declares their host, so that all of its hosts are one node (rule 9: the entry is the
 * entity, the hosts are the edge's services). Only rows that no workload answered, and only where the entry is exported to
 * the caller's namespace. An exact host outranks a wildcard, a longer wildcard a shorter one.
 */
export function toServiceEntries(rows: readonly PlacedRow[], inventory: InventoryIndex): readonly PlacedRow[] {
  const { serviceEntries } = inventory.inventory;
  if (serviceEntries.length === 0) return rows;
  const hosts = new Map<string, InventoryServiceEntry[]>();
  const wildcards: { readonly suffix: string; readonly entry: InventoryServiceEntry }[] = [];
  const sorted = [...serviceEntries].sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
  for (const entry of sorted) {
    for (const host of entry.hosts) {
      if (host.startsWith('*.')) wildcards.push({ suffix: host.slice(1), entry });
      else hosts.set(host, [...hosts.get(host) ?? [], entry]);
    }
  }
  wildcards.sort((a, b) => b.suffix.length - a.suffix.length);
  const nodes = new Map<InventoryServiceEntry, Entity>();
  return rows.map((placed) => {
    if (!unbacked.has(placed.destination.kind)) return placed;
    const host = withoutPort(placed.service || placed.destination.name);
    const entry = (hosts.get(host) ?? []).find((one) => isVisible(one, placed.source.namespace))
      ?? wildcards.find(({ suffix, entry: one }) => host.endsWith(suffix) && isVisible(one, placed.source.namespace))?.entry;
    if (!entry) return placed;
    let destination = nodes.get(entry);
    if (!destination) nodes.set(entry, (destination = entityOf(entry, inventory)));
    return { ...placed, destination, service: host };
  });
}

/** Marks the nodes of ServiceEntries. */
export function serviceEntry(graph: ServiceGraph, { inventory }: AppenderContext): ServiceGraph {
  const entries = new Set(inventory.inventory.serviceEntries.map((entry) => `${entry.namespace}/${nameOf(entry, inventory)}`));
  return mapNodes(graph, (node) => {
    const { kind, namespace, name } = node.entity;
    const isEntry = kind === EntityKind.service && entries.has(`${namespace}/${name}`) && inventory.service(node.entity) === null;
    return isEntry ? withBadges(node, NodeBadge.serviceEntry) : node;
  });
}

function entityOf(entry: InventoryServiceEntry, inventory: InventoryIndex): Entity {
  return { ...unknownEntity, cluster: entry.cluster, namespace: entry.namespace, kind: EntityKind.service, name: nameOf(entry, inventory) };
}

/** A Service of the same name is another node: then the entry goes by its first host. */
function nameOf(entry: InventoryServiceEntry, inventory: InventoryIndex): string {
  return inventory.service(entry) === null ? entry.name : entry.hosts[0] ?? entry.name;
}

function isVisible({ exportTo, namespace }: InventoryServiceEntry, from: string): boolean {
  return exportTo.length === 0 || exportTo.some((to) => to === '*' || to === from || (to === '.' && from === namespace));
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}
