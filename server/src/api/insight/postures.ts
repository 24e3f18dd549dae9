import type { GraphNode, ServiceGraph } from '../../inference/graph.ts';
import { securedGraph, type EdgeSecurity } from '../../inference/posture/edge-security.ts';
import { identitiesOf, type WorkloadIdentity } from '../../inference/posture/identities.ts';
import { mtlsPosture, type NamespacePosture } from '../../inference/posture/mtls-posture.ts';
import { strictImpact } from '../../inference/posture/strict-impact.ts';
import { ApiError } from '../errors.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import { createRowsOf, type RowDeps } from './insight-deps.ts';

/** `PostureEdge` of the schema. */
export interface PostureEdge {
  readonly edge: string;
  readonly source: GraphNode;
  readonly destination: GraphNode;
  readonly plaintextRequestsPerSecond: number;
  readonly plaintextConnectionsPerSecond: number;
  readonly requestsPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  readonly sourceOutsideMesh: boolean;
}

/** `MtlsPosture` of the schema. */
export interface MtlsPostureObject {
  readonly window: WindowObject;
  readonly total: NamespacePosture;
  readonly namespaces: readonly NamespacePosture[];
  readonly plaintextEdges: readonly PostureEdge[];
  readonly totalPlaintextEdges: number;
  readonly unknownEdges: readonly PostureEdge[];
  readonly totalUnknownEdges: number;
  readonly identities: readonly WorkloadIdentity[];
  readonly totalIdentities: number;
  readonly truncated: boolean;
  readonly partial: readonly string[];
}

/** `StrictImpact` of the schema. */
export interface StrictImpactObject {
  readonly window: WindowObject;
  readonly namespace: string;
  readonly breaking: readonly PostureEdge[];
  readonly totalBreaking: number;
  readonly plaintextRequestsPerSecond: number;
  readonly plaintextConnectionsPerSecond: number;
  readonly callersOutsideMesh: readonly GraphNode[];
  readonly totalCallersOutsideMesh: number;
  readonly unknown: readonly PostureEdge[];
  readonly totalUnknown: number;
  readonly safe: boolean;
  readonly truncated: boolean;
  readonly partial: readonly string[];
}

/** Mutual TLS as it was observed, and what STRICT would cut off. */
export interface Postures {
  mtlsPosture(input: GraphInput): Promise<MtlsPostureObject>;
  /** `namespace` '' = the whole mesh. @throws ApiError BAD_INPUT */
  strictImpact(namespace: string, input: GraphInput): Promise<StrictImpactObject>;
}

const most = 500, mostPrincipals = 20;
const longestName = 256;

/** Posture and impact of the edges whose destination is in the namespaces that were asked for. */
export function createPostures(deps: RowDeps): Postures {
  const rowsOf = createRowsOf(deps);
  const secured = async (input: GraphInput): Promise<{ graph: ServiceGraph; edges: readonly EdgeSecurity[] }> => {
    const { request: { scope, type, window, notes }, rows, ...covered } = await rowsOf(input);
    const { graph, edges } = securedGraph(rows, { tenant: scope.tenant, type, window, now: deps.now() / 1000, partial: notes, ...covered });
    const asked = scope.namespaces && new Set(scope.namespaces);
    return { graph, edges: asked ? edges.filter(({ destination }) => asked.has(destination.entity.namespace)) : edges };
  };
  return {
    async mtlsPosture(input) {
      const { graph, edges } = await secured(input);
      const { total, namespaces, plaintextEdges, unknownEdges } = mtlsPosture(edges);
      const identities = identitiesOf(graph);
      const show = (list: readonly EdgeSecurity[]): PostureEdge[] => list.slice(0, most).map((edge) => postureEdge(edge, graph.coveredSeconds));
      return {
        window: windowObject(graph), total, namespaces: namespaces.slice(0, most),
        plaintextEdges: show(plaintextEdges), totalPlaintextEdges: plaintextEdges.length,
        unknownEdges: show(unknownEdges), totalUnknownEdges: unknownEdges.length,
        identities: identities.slice(0, most).map((one) => ({ ...one, principals: one.principals.slice(0, mostPrincipals), unexpected: one.unexpected.slice(0, mostPrincipals) })),
        totalIdentities: identities.length,
        truncated: [namespaces, plaintextEdges, unknownEdges, identities].some((list) => list.length > most),
        partial: graph.quality.partial,
      };
    },

    async strictImpact(namespace, input) {
      if (namespace.length > longestName) throw new ApiError('BAD_INPUT', `a namespace has at most ${longestName} characters`);
      const { graph, edges } = await secured({ ...input, namespaces: namespace === '' ? null : [namespace] });
      const impact = strictImpact(edges, namespace), seconds = Math.max(1, graph.coveredSeconds);
      return {
        window: windowObject(graph), namespace,
        breaking: impact.breaking.slice(0, most).map((edge) => postureEdge(edge, seconds)), totalBreaking: impact.breaking.length,
        plaintextRequestsPerSecond: impact.plaintextRequests / seconds, plaintextConnectionsPerSecond: impact.plaintextConnections / seconds,
        callersOutsideMesh: impact.callersOutsideMesh.slice(0, most), totalCallersOutsideMesh: impact.callersOutsideMesh.length,
        unknown: impact.unknown.slice(0, most).map((edge) => postureEdge(edge, seconds)), totalUnknown: impact.unknown.length,
        // Silence is no proof: where nothing was seen, nothing is known to be safe.
        safe: impact.safe && edges.length > 0,
        truncated: impact.breaking.length > most || impact.unknown.length > most || impact.callersOutsideMesh.length > most,
        partial: graph.quality.partial,
      };
    },
  };
}

function postureEdge({ edge, source, destination, requestsPlaintext, connectionsPlaintext }: EdgeSecurity, coveredSeconds: number): PostureEdge {
  const seconds = Math.max(1, coveredSeconds);
  return {
    edge: edge.id, source, destination,
    plaintextRequestsPerSecond: requestsPlaintext / seconds, plaintextConnectionsPerSecond: connectionsPlaintext / seconds,
    requestsPerSecond: edge.signals.requestsPerSecond, connectionsPerSecond: edge.signals.connectionsPerSecond,
    sourceOutsideMesh: source.isOutsideMesh,
  };
}
