import { Measured } from '@orrery/collectors/model/edge-traffic';
import { EntityKind } from '@orrery/collectors/model/entity';
import { collectEdges } from '../collect-edges.ts';
import type { GraphEdge, GraphNode, ServiceGraph } from '../graph.ts';
import type { GraphOptions } from '../load-graph.ts';
import type { EdgeWindow } from '../ports.ts';

/** What those who can know (rule 5) judged of an edge: counts over the window, requests and connections apart. */
export interface EdgeSecurity {
  readonly edge: GraphEdge;
  readonly source: GraphNode;
  readonly destination: GraphNode;
  readonly requestsSecured: number;
  readonly requestsPlaintext: number;
  readonly connectionsSecured: number;
  readonly connectionsPlaintext: number;
  /** Somebody who can know said something. */
  readonly judged: boolean;
}

/** The graph with the security of every edge that leads to something that a mesh could secure. */
export interface SecuredGraph {
  readonly graph: ServiceGraph;
  readonly edges: readonly EdgeSecurity[];
}

/** What no mesh has a proxy for. */
const beyondMesh: ReadonlySet<string> = new Set([EntityKind.external, EntityKind.world, EntityKind.unknown, EntityKind.database, EntityKind.topic]);

/** Builds the graph and reads from the same rows how its edges were secured. */
export function securedGraph(rows: readonly EdgeWindow[], options: Omit<GraphOptions, 'idleRows'>): SecuredGraph {
  const { graph, edges } = collectEdges(rows, options, (_, sum) => ({
    requestsSecured: sum.requestsSecured, requestsPlaintext: sum.requestsPlaintext,
    connectionsSecured: sum.connectionsSecured, connectionsPlaintext: sum.connectionsPlaintext,
    judged: (sum.measured & Measured.security) !== 0,
  }));
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return {
    graph,
    edges: edges.map(({ edge, found }) => ({ edge, source: nodes.get(edge.source)!, destination: nodes.get(edge.destination)!, ...found }))
      .filter(({ destination, judged }) => judged || !beyondMesh.has(destination.entity.kind)),
  };
}

/** Any plaintext at all, of either kind. */
export function carriesPlaintext({ requestsPlaintext, connectionsPlaintext }: EdgeSecurity): boolean {
  return requestsPlaintext + connectionsPlaintext > 0;
}

/** The more plaintext first: requests, then connections; of equals by id. */
export function byPlaintext(a: EdgeSecurity, b: EdgeSecurity): number {
  return b.requestsPlaintext - a.requestsPlaintext || b.connectionsPlaintext - a.connectionsPlaintext || (a.edge.id < b.edge.id ? -1 : 1);
}

/** The more traffic first: requests, then connections; of equals by id. */
export function byTraffic(a: EdgeSecurity, b: EdgeSecurity): number {
  const { signals: x } = a.edge, { signals: y } = b.edge;
  return (y.requestsPerSecond ?? 0) - (x.requestsPerSecond ?? 0) || (y.connectionsPerSecond ?? 0) - (x.connectionsPerSecond ?? 0) || (a.edge.id < b.edge.id ? -1 : 1);
}
