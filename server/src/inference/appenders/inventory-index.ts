import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { InventoryService, InventoryServiceEntry, InventoryWorkload, InventoryWorkloadEntry, MeshInventory } from '../inventory.ts';

interface Place { readonly cluster: string; readonly namespace: string; readonly name: string }

/** Finds what exists behind the entities of telemetry. A cluster that either side does not name fits the only candidate. */
export class InventoryIndex {
  readonly inventory: MeshInventory;
  readonly #workloads: ByPlace<InventoryWorkload>;
  readonly #services: ByPlace<InventoryService>;
  readonly #serviceEntries: ByPlace<InventoryServiceEntry>;
  readonly #apps = new Map<string, InventoryWorkload[]>();
  readonly #workloadEntries = new Map<string, InventoryWorkloadEntry[]>();

  constructor(inventory: MeshInventory) {
    this.inventory = inventory;
    this.#workloads = new ByPlace(inventory.workloads);
    this.#services = new ByPlace(inventory.services);
    this.#serviceEntries = new ByPlace(inventory.serviceEntries);
    for (const workload of inventory.workloads) if (workload.app !== '') listIn(this.#apps, `${workload.namespace}/${workload.app}`).push(workload);
    for (const entry of inventory.workloadEntries) if (entry.app !== '') listIn(this.#workloadEntries, `${entry.namespace}/${entry.app}`).push(entry);
  }

  /** The workloads that a node stands for: one, or all of an app (of a version, where the entity has one); [] for other kinds. */
  workloadsOf(entity: Entity): readonly InventoryWorkload[] {
    switch (entity.kind) {
      case EntityKind.workload: case EntityKind.gateway: case EntityKind.waypoint: {
        const one = this.#workloads.find(entity);
        return one ? [one] : [];
      }
      case EntityKind.app:
        return ofVersion(this.#apps.get(`${entity.namespace}/${entity.app || entity.name}`) ?? [], entity);
      default:
        return [];
    }
  }

  service(place: Place): InventoryService | null {
    return this.#services.find(place);
  }

  serviceEntry(place: Place): InventoryServiceEntry | null {
    return this.#serviceEntries.find(place);
  }

  workloadEntriesOf(entity: Entity): readonly InventoryWorkloadEntry[] {
    const app = entity.app || (entity.kind === EntityKind.app ? entity.name : '');
    return app === '' ? [] : ofVersion(this.#workloadEntries.get(`${entity.namespace}/${app}`) ?? [], entity);
  }
}

/** Things by namespace and name, told apart by cluster where both sides name one. */
class ByPlace<T extends Place> {
  readonly #places = new Map<string, T[]>();

  constructor(items: readonly T[]) {
    for (const item of items) listIn(this.#places, `${item.namespace}/${item.name}`).push(item);
  }

  find({ cluster, namespace, name }: Place): T | null {
    const candidates = (this.#places.get(`${namespace}/${name}`) ?? []).filter((one) => fits(one.cluster, cluster));
    return candidates.find((one) => one.cluster === cluster) ?? (candidates.length === 1 ? candidates[0]! : null);
  }
}

function ofVersion<T extends { readonly cluster: string; readonly version: string }>(items: readonly T[], { cluster, version }: Entity): readonly T[] {
  return items.filter((one) => fits(one.cluster, cluster) && (version === '' || one.version === '' || one.version === version));
}

function fits(a: string, b: string): boolean {
  return a === b || a === '' || b === '';
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (!list) lists.set(key, (list = []));
  return list;
}
