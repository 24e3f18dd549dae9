import type { InventoryService, InventoryWorkload, MeshInventory } from '../inventory.ts';
import { GraphType, type ServiceGraph } from '../graph.ts';
import { buildServiceGraph, type GraphOptions } from '../load-graph.ts';
import type { EdgeWindow } from '../ports.ts';
import { t0 } from '../row-fixture.ts';
import type { AppenderContext } from './appender.ts';
import { InventoryIndex } from './inventory-index.ts';

/** What exists, for tests, in few words. */
export const inventory = (parts: Partial<MeshInventory> = {}): MeshInventory => ({ namespaces: [], services: [], workloads: [], serviceEntries: [], workloadEntries: [], ...parts });

export const runs = (name: string, more: Partial<InventoryWorkload> = {}): InventoryWorkload => ({
  cluster: 'c', namespace: 'shop', name, kind: 'Deployment', app: name.replace(/-v\d$/, ''), version: /v\d$/.exec(name)?.[0] ?? '', labels: new Map(), annotations: new Map(),
  role: 'workload', dataPlane: 'sidecar', pods: 1, replicas: null, ...more,
});

export const serves = (name: string, more: Partial<InventoryService> = {}): InventoryService => ({
  cluster: 'c', namespace: 'shop', name, labels: new Map(), annotations: new Map(), selector: new Map(), routing: [], ...more,
});

export const context = (parts: Partial<MeshInventory> = {}, more: Partial<AppenderContext> = {}): AppenderContext => ({
  type: GraphType.workload, namespaces: null, inventory: new InventoryIndex(inventory(parts)), ...more,
});

export const graphOf = (rows: readonly EdgeWindow[], more: Partial<GraphOptions> = {}): ServiceGraph =>
  buildServiceGraph(rows, { tenant: 't', type: GraphType.workload, window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 3600, ...more });
