import { EntityKind, joinFields } from '@orrery/collectors/model/entity';
import { NodeBadge } from '../badges.ts';
import { goldenSignals } from '../golden-signals.ts';
import type { GraphEdge, GraphNode, ServiceGraph } from '../graph.ts';
import { healthOf } from '../health/edge-health.ts';
import { worst, type HealthJudge } from '../health/rate-health.ts';
import type { OperationWindow } from '../ports.ts';
import { edgeIdOf, nodeId } from '../stable-id.ts';
import { TrafficSum } from '../traffic-sum.ts';
import type { EdgeAdditions } from './build-view.ts';
import { byStoredEdge, operationSeconds, operationsOf, type OperationSum } from './edge-operations.ts';

/** Operations are told by the minute, edges by finer buckets: up to this share of an edge, their sums differ by that alone. */
const tolerance = 0.1;

interface OperationNode {
  readonly id: string;
  readonly name: string;
  readonly answers: GraphNode;
  readonly inbound: TrafficSum;
  /** Edges that it was cut out of. */
  readonly cut: GraphEdge[];
}

/**
 * Kiali's aggregate graph: between a caller and what answers stands a node for each operation, its callers' edges leading
 * in, one edge leading on. What an edge carries beyond its operations stays on it; an edge of which nothing is left goes.
 * So the requests of an edge are those of its operations and of what stayed: operations that come to nearly as much, or to
 * more, share what the edge has.
 * @param now Unix seconds
 */
export function injectOperations(graph: ServiceGraph, rows: readonly OperationWindow[], judge: HealthJudge, now: number): ServiceGraph {
  const byEdge = byStoredEdge(rows);
  const seconds = graph.coveredSeconds;
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const nodes = new Map<string, OperationNode>();
  const edges: GraphEdge[] = [];
  for (const edge of graph.edges) {
    const answers = byId.get(edge.destination);
    // Callers → operation → injected service → workloads: the way on from a service is not cut a second time.
    const goesOn = ((byId.get(edge.source)?.badges ?? 0) & NodeBadge.injected) !== 0;
    const operations = edge.isIdle || goesOn ? [] : operationsOf(byEdge, edge.edgeIds);
    if (operations.length === 0 || !answers) {
      edges.push(edge);
      continue;
    }
    const told = fit(operations, edge, graph, now);
    for (const { name, sum } of operations) {
      const node = nodeOf(nodes, answers, name);
      node.inbound.addCalled(sum);
      node.cut.push(edge);
      edges.push(edgeOf(edge, edge.source, node.id, sum, { judge, answers, seconds }));
    }
    const rest = restOf(edge, told);
    if (rest) edges.push(rest);
  }
  if (nodes.size === 0) return graph;
  const operationNodes = [...nodes.values()];
  for (const node of operationNodes) edges.push(edgeOf(merged(node.cut), node.id, node.answers.id, node.inbound, { judge, answers: node.answers, seconds }));
  const order = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  return { ...graph, nodes: [...graph.nodes, ...operationNodes.map((node) => graphNode(node, judge, seconds))].sort(order), edges: edges.sort(order) };
}

/** Brings the sums of operations to the seconds of the graph and to what their edge has. Returns the rate that they come to. */
function fit(operations: readonly OperationSum[], edge: GraphEdge, graph: ServiceGraph, now: number): number {
  const seconds = operationSeconds(operations[0]!.instrument, graph, now);
  const all = edge.signals.requestsPerSecond ?? 0;
  const told = operations.reduce((total, { sum }) => total + sum.requests, 0) / seconds;
  const isAll = told >= all * (1 - tolerance);
  const factor = (graph.coveredSeconds / seconds) * (isAll && told > 0 ? all / told : 1);
  for (const { sum } of operations) {
    sum.requests *= factor;
    sum.errors *= factor;
  }
  return isAll ? all : told;
}

function nodeOf(nodes: Map<string, OperationNode>, answers: GraphNode, name: string): OperationNode {
  const id = nodeId(joinFields(['operation', answers.id, name]));
  let node = nodes.get(id);
  if (!node) nodes.set(id, (node = { id, name, answers, inbound: new TrafficSum(), cut: [] }));
  return node;
}

function graphNode({ id, name, answers, inbound }: OperationNode, judge: HealthJudge, seconds: number): GraphNode {
  const { cluster, namespace, app, name: of } = answers.entity;
  const verdict = healthOf(judge, answers.entity, 'inbound', inbound);
  return {
    id, label: name,
    entity: { cluster, namespace, kind: EntityKind.operation, name, app: app || of, version: '' },
    health: verdict.health, healthReason: verdict.reason, signals: goldenSignals(inbound, seconds),
    isRoot: false, isIdle: false, isOutsideMesh: false, unresolved: 0,
  };
}

interface Judging { readonly judge: HealthJudge; readonly answers: GraphNode; readonly seconds: number }

/** An edge to or from an operation: requests and latency are the operation's, everything else was not told apart. */
function edgeOf(from: GraphEdge, source: string, destination: string, sum: TrafficSum, { judge, answers, seconds }: Judging): GraphEdge {
  const verdict = worst(healthOf(judge, answers.entity, 'inbound', sum), healthOf(judge, answers.entity, 'outbound', sum));
  return {
    ...from, ...additionsOf(from, sum, seconds), id: edgeIdOf(source, destination), source, destination,
    health: verdict.health, healthReason: verdict.reason, signals: goldenSignals(sum, seconds),
    clientP99Ms: null, clientErrorsPerSecond: null, responses: [], evidence: [],
  };
}

/** What was asked to be added and cannot be told of one operation is not measured; its rate can, where the edge has one protocol of requests. */
function additionsOf({ traffic, responseTime, throughput, securityPolicy }: GraphEdge, sum: TrafficSum, seconds: number): EdgeAdditions {
  const ofRequests = traffic?.filter(({ unit }) => unit === 'requests') ?? [];
  const rate = { perSecond: sum.requests / seconds, errorRatio: sum.requests > 0 ? sum.errors / sum.requests : null };
  return {
    ...(traffic === undefined ? {} : { traffic: ofRequests.length === 1 ? [{ ...ofRequests[0]!, ...rate }] : [] }),
    ...(responseTime === undefined ? {} : { responseTime: null }),
    ...(throughput === undefined ? {} : { throughput: null }),
    ...(securityPolicy === undefined ? {} : { securityPolicy: null }),
  };
}

/** What an operation's own edge says of the edges it was cut out of. */
function merged(edges: readonly GraphEdge[]): GraphEdge {
  const first = edges[0]!;
  const all = <T>(get: (edge: GraphEdge) => readonly T[]): T[] => [...new Set(edges.flatMap(get))].sort();
  const shares = new Set(edges.map(({ mtlsShare }) => mtlsShare));
  return {
    ...first,
    protocols: all((edge) => edge.protocols), services: all((edge) => edge.services),
    ports: [...new Set(edges.flatMap(({ ports }) => ports))].sort((a, b) => a - b),
    sourcePrincipals: all((edge) => edge.sourcePrincipals), destinationPrincipals: all((edge) => edge.destinationPrincipals),
    via: all((edge) => edge.via), edgeIds: all((edge) => edge.edgeIds),
    mtlsShare: shares.size === 1 ? first.mtlsShare : null,
    confidence: Math.min(...edges.map(({ confidence }) => confidence)),
    lastSeen: Math.max(...edges.map(({ lastSeen }) => lastSeen)),
  };
}

/** The edge with the requests that no operation was told of; null where it has none and carries nothing but requests. */
function restOf(edge: GraphEdge, told: number): GraphEdge | null {
  const { signals } = edge;
  const all = signals.requestsPerSecond ?? 0;
  const left = Math.max(0, all - told);
  const carriesMore = edge.protocols.includes('tcp') || signals.connectionsPerSecond !== null;
  if (left === 0) {
    return carriesMore ? { ...edge, signals: { ...signals, requestsPerSecond: null, errorRatio: null, p50Ms: null, p90Ms: null, p99Ms: null } } : null;
  }
  return { ...edge, signals: { ...signals, requestsPerSecond: left } };
}
