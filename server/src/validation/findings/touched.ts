import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { GraphEdge, GraphNode, ServiceGraph } from '../../inference/graph.ts';
import { InventoryIndex } from '../../inference/appenders/inventory-index.ts';
import type { MeshInventory } from '../../inference/inventory.ts';
import { covers, isWildcard } from '../mesh/hosts.ts';
import type { Reach, WorkloadName } from './reached.ts';

/** What of a graph a finding touches; ids in the order of the graph. */
export interface Touched {
  readonly nodes: readonly string[];
  readonly edges: readonly GraphEdge[];
}

const untouched: Touched = { nodes: [], edges: [] };

/** A graph made ready to be asked, once for many findings, which nodes and edges something reaches. */
export class TouchedGraph {
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #graph: ServiceGraph;
  readonly #byService = new Map<string, GraphEdge[]>();
  readonly #into = new Map<string, GraphEdge[]>();
  readonly #outOf = new Map<string, GraphEdge[]>();
  readonly #byWorkload = new Map<string, GraphNode[]>();
  readonly #byNamespace = new Map<string, GraphNode[]>();
  #byStored: Map<string, GraphEdge[]> | null = null;

  /** @param inventory tells which workloads an app stands for; without it an app stands for the workloads of its name */
  constructor(graph: ServiceGraph, inventory: MeshInventory | null) {
    this.#graph = graph;
    this.#nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const index = inventory && new InventoryIndex(inventory);
    for (const node of graph.nodes) {
      add(this.#byNamespace, node.entity.namespace, node);
      for (const { namespace, name } of workloadsOf(node.entity, index)) add(this.#byWorkload, `${namespace}/${name}`, node);
    }
    for (const edge of graph.edges) {
      for (const service of this.#servicesOf(edge)) add(this.#byService, service, edge);
      add(this.#into, edge.destination, edge);
      add(this.#outOf, edge.source, edge);
    }
  }

  /** What of the graph is reached from `cluster` (`''` = not told apart). */
  touched(reach: Reach, cluster: string): Touched {
    const edges = new Set<GraphEdge>(), nodes = new Set<string>();
    const here = (id: string): boolean => fits(this.#nodes.get(id)?.entity.cluster ?? '', cluster);
    const serving = new Set(reach.serving.flatMap((one) => this.#nodesOf(one)).filter(({ id }) => here(id)).map(({ id }) => id));
    for (const pattern of reach.hosts) {
      for (const [host, edge] of this.#to(pattern, reach)) {
        const caller = this.#nodes.get(edge.source)?.entity;
        if (!here(edge.source) || (caller !== undefined && caller.namespace !== '' && !reach.seenFrom(caller.namespace, host))) continue;
        if (!reach.narrowed || serving.has(edge.destination)) edges.add(edge);
      }
    }
    const gateways = new Set(reach.behindGateways.length === 0 ? [] : reach.gateways.flatMap((one) => this.#nodesOf(one)).map(({ id }) => id));
    for (const pattern of reach.behindGateways) {
      for (const [, edge] of this.#to(pattern, reach)) if (here(edge.source) && (gateways.has(edge.source) || this.#nodes.get(edge.source)?.entity.kind === EntityKind.gateway)) edges.add(edge);
    }
    for (const edge of edges) nodes.add(edge.destination);
    if (!reach.narrowed) {
      for (const id of [...serving, ...this.#inNamespaces(reach.servingNamespaces).filter(here)]) {
        nodes.add(id);
        for (const edge of this.#into.get(id) ?? []) edges.add(edge);
      }
    }
    for (const id of [...reach.calling.flatMap((one) => this.#nodesOf(one)).map((node) => node.id), ...this.#inNamespaces(reach.callingNamespaces)].filter(here)) {
      nodes.add(id);
      for (const edge of this.#outOf.get(id) ?? []) edges.add(edge);
    }
    if (edges.size === 0 && nodes.size === 0) return untouched;
    return { nodes: [...nodes].sort(), edges: [...edges].filter((edge) => !edge.isIdle).sort((a, b) => (a.id < b.id ? -1 : 1)) };
  }

  /** What stands for these stored edges (32 hex digits each). */
  ofStored(edgeIds: readonly string[]): Touched {
    if (this.#byStored === null) {
      this.#byStored = new Map();
      for (const edge of this.#graph.edges) for (const id of edge.edgeIds) add(this.#byStored, id, edge);
    }
    const edges = [...new Set(edgeIds.flatMap((id) => this.#byStored?.get(id) ?? []))].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { nodes: [...new Set(edges.map(({ destination }) => destination))].sort(), edges };
  }

  /** Edges to a host, or to what a pattern covers, with the host as it is called; flows and spans often name no service. */
  #to(pattern: string, { behind }: Reach): (readonly [string, GraphEdge])[] {
    if (!isWildcard(pattern)) {
      const unnamed = behind(pattern).flatMap((one) => this.#nodesOf(one)).flatMap(({ id }) => this.#into.get(id) ?? []).filter(({ services }) => services.length === 0);
      return [...this.#byService.get(pattern) ?? [], ...unnamed].map((edge) => [pattern, edge] as const);
    }
    return [...this.#byService].filter(([host]) => covers(pattern, host)).flatMap(([host, edges]) => edges.map((edge) => [host, edge] as const));
  }

  #servicesOf(edge: GraphEdge): ReadonlySet<string> {
    const services = new Set(edge.services.map((service) => service.toLowerCase()));
    const called = this.#nodes.get(edge.destination)?.entity;
    if (called?.kind === EntityKind.external) services.add(called.name.toLowerCase().replace(/:\d+$/, ''));
    if (called?.kind === EntityKind.service && called.namespace !== '') services.add(`${called.name}.${called.namespace}.svc.cluster.local`);
    return services;
  }

  #nodesOf({ namespace, name }: WorkloadName): readonly GraphNode[] {
    return this.#byWorkload.get(`${namespace}/${name}`) ?? [];
  }

  #inNamespaces(namespaces: readonly string[]): string[] {
    if (namespaces.includes('*')) return this.#graph.nodes.filter(({ entity }) => entity.namespace !== '').map(({ id }) => id);
    return namespaces.flatMap((namespace) => this.#byNamespace.get(namespace) ?? []).map(({ id }) => id);
  }
}

function workloadsOf(entity: Entity, index: InventoryIndex | null): readonly WorkloadName[] {
  const known = index?.workloadsOf(entity) ?? [];
  if (known.length > 0) return known;
  switch (entity.kind) {
    case EntityKind.workload: case EntityKind.gateway: case EntityKind.waypoint: case EntityKind.app: return [{ namespace: entity.namespace, name: entity.name }];
    default: return [];
  }
}

function fits(a: string, b: string): boolean {
  return a === b || a === '' || b === '';
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const found = lists.get(key);
  if (found) found.push(item);
  else lists.set(key, [item]);
}
