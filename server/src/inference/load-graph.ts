/**
 * From rows of the waist to the service graph. Pure: the same rows, in any order, give the same graph byte for byte.
 *
 *  1. Place. Every row's ends are resolved to entities, so that the namings of different instruments meet: `shop/web` seen
 *     by a proxy and `web` told by a span are one node where they cannot be two (`resolve-entities.ts`). Client spans that
 *     name no peer become a count at their node. Mirrored and probing traffic stays evidence (`placed-row.ts`).
 *  2. Fold. ztunnel's two hops through a waypoint become the one edge that the waypoint itself reports
 *     (`fold-waypoints.ts`); an east-west gateway's hop joins the edges of callers from other clusters
 *     (`fold-passthrough.ts`); the nameless caller of root spans yields to callers that proxies name (`fold-root-callers.ts`);
 *     client spans to an app join the edges to its workloads that proxies tell of (`fold-spread-calls.ts`).
 *  3. Attribute. Within a pair of entities, rows without a service join the only one; guessed services yield to named
 *     ones; what stays ambiguous is evidence and is counted (`attribute-service.ts`).
 *  4. Choose feeds. For each pair, service, instrument and side one feed speaks for the whole window (`choose-feed.ts`).
 *  5. Draw. Pairs and services become edges between the nodes of the graph type (`display-edge.ts`, `node-key.ts`).
 *  6. Merge. For each edge and signal the first instrument by precedence speaks (`merge-edge.ts`); within it the
 *     destination side, plus what the source alone can know (`merge-sides.ts`); both latencies are kept
 *     (`merge-latency.ts`); mTLS comes from who can know it (`security.ts`). Nothing is summed across instruments, sides or feeds.
 *  7. Judge. Kiali's tolerances on what each end saw give the health of edges and nodes (`health/`).
 *  8. Say. Every edge carries its evidence, what each piece was used for, and a confidence (`evidence.ts`, `confidence.ts`).
 */
import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { CountList } from './counts.ts';
import { NodeBadge } from './badges.ts';
import { buildNodes } from './build-nodes.ts';
import { confidence } from './confidence.ts';
import { drawGraph, type DrawnEdge } from './draw-graph.ts';
import { detailsOf } from './edge-details.ts';
import { evidenceOf } from './evidence.ts';
import { goldenSignals } from './golden-signals.ts';
import type { GraphEdge, GraphNode, GraphType, ResponseCount, ServiceGraph } from './graph.ts';
import { healthJudge, type Verdict } from './health/rate-health.ts';
import { defaultHealthConfig, type HealthConfig } from './health/tolerance.ts';
import { withIdle } from './idle.ts';
import { bucketRange, coveredSeconds, isSettled, measureGraph, qualityOf, unitedRange } from './measure-graph.ts';
import { speakersFor } from './merge-edge.ts';
import type { BucketRange, EdgeWindow } from './ports.ts';
import { shareOfExact } from './quality/trace-agreement.ts';
import { requestWeight } from './request-weight.ts';
import { outcomeOf } from './response-outcome.ts';
import { mtlsShare } from './security.ts';
import { sortFew } from './few.ts';
import type { BuildView } from './scope/build-view.ts';
import { TrafficSum } from './traffic-sum.ts';

export interface GraphOptions {
  readonly tenant: string;
  readonly type: GraphType;
  readonly window: TimeWindow;
  /** Unix seconds; decides whether the window is settled and how much of it can have data yet. */
  readonly now: number;
  /** Unix seconds when data began, null or left out where that is not known. */
  readonly began?: number | null;
  /** Of the data of the whole mesh, where the rows are of a part of it: rates are per the seconds that it covers. */
  readonly range?: BucketRange;
  readonly health?: HealthConfig;
  /** Rows of an earlier window: what is in it and not in this one is added as idle. */
  readonly idleRows?: readonly EdgeWindow[];
  /** How the graph departs from the plain one of its type; what is not in it costs nothing. */
  readonly view?: BuildView;
  /** False spares the evidence of every edge, for whoever shows only numbers. */
  readonly evidence?: boolean;
  /** What the reader already knows to be partial, in words. */
  readonly partial?: readonly string[];
}

/** Builds the graph of one window from its rows. */
export function buildServiceGraph(rows: readonly EdgeWindow[], options: GraphOptions): ServiceGraph {
  const { tenant, type, window, now } = options;
  const view = options.view ?? {};
  const drawing = drawGraph(rows, type, view);
  const told = bucketRange(rows), seconds = coveredSeconds(options.range ? unitedRange(told, options.range) : told, window, now, options.began);
  const withEvidence = options.evidence !== false;
  const judge = healthJudge(options.health ?? defaultHealthConfig);
  const edges = new Array<GraphEdge>(drawing.edges.length);
  const sum = new TrafficSum();
  const nodes = measureGraph({ ...drawing, edge: (i) => drawing.edges[i]! }, type, judge, sum, (drawn, verdict, i) => {
    const drawnEdge = graphEdge(drawn, sum, verdict, seconds, withEvidence);
    edges[i] = view.addToEdge ? { ...drawnEdge, ...view.addToEdge(drawn.edge, sum, seconds, i) } : drawnEdge;
  });
  const built = markInjected(buildNodes(nodes, judge, seconds), drawing.injected);
  nodes.letGo();
  const graph: ServiceGraph = {
    tenant, type, window, coveredSeconds: seconds,
    settled: isSettled(window, now),
    nodes: built,
    edges,
    quality: qualityOf(drawing, options.partial ?? []),
  };
  return options.idleRows ? withIdle(graph, buildServiceGraph(options.idleRows, idleOptions(options)), view.idle) : graph;
}

function markInjected(nodes: GraphNode[], ids: ReadonlySet<string>): GraphNode[] {
  if (ids.size === 0) return nodes;
  return nodes.map((node) => (ids.has(node.id) ? { ...node, badges: (node.badges ?? 0) | NodeBadge.injected } : node));
}

function graphEdge({ id, source, destination, edge, choice }: DrawnEdge, sum: TrafficSum, { health, reason }: Verdict, seconds: number, withEvidence: boolean): GraphEdge {
  const details = detailsOf(edge.rows);
  return {
    id, source, destination,
    protocols: details.protocols,
    services: edge.services,
    ports: details.ports,
    health, healthReason: reason,
    signals: goldenSignals(sum, seconds),
    clientP99Ms: sum.clientLatency.quantiles(0.5, 0.9, 0.99).q3,
    clientErrorsPerSecond: (sum.measured & Measured.clientErrors) !== 0 ? sum.clientErrors / seconds : null,
    responses: responseList(sum, requestWeight(edge, choice)),
    mtlsShare: mtlsShare(sum),
    sourcePrincipals: details.sourcePrincipals,
    destinationPrincipals: details.destinationPrincipals,
    via: details.via,
    evidence: withEvidence ? evidenceOf(edge.rows, speakersFor(edge.voices, edge.lastResort, choice), seconds, (side) => shareOfExact(edge, side)) : [],
    confidence: confidence(edge.rows),
    lastSeen: details.lastSeen,
    isIdle: false,
    edgeIds: details.edgeIds,
  };
}

/** @param weight for how many requests one response stands */
function responseList({ responses, clientOutcomes }: TrafficSum, weight: number): ResponseCount[] {
  const list = new Array<ResponseCount>(responses.to + clientOutcomes.to);
  putResponses(list, 0, responses, false, weight);
  putResponses(list, responses.to, clientOutcomes, true, weight);
  sortFew(list, byCount);
  return list;
}

function putResponses(list: ResponseCount[], at: number, { keys, counts, from, to }: CountList<string>, clientOutcome: boolean, weight: number): void {
  for (let i = from; i < to; i++) {
    const { kind, code, flags } = outcomeOf(keys[i]!), count = counts[i]!;
    list[at + i - from] = { kind, code, flags, count: kind === 'http' || kind === 'grpc' ? count * weight : count, clientOutcome };
  }
}

function byCount(a: ResponseCount, b: ResponseCount): number {
  return b.count - a.count || (responseText(a) < responseText(b) ? -1 : 1);
}

function responseText({ kind, code, flags, clientOutcome }: ResponseCount): string {
  return `${kind} ${code} ${flags} ${clientOutcome ? 1 : 0}`;
}

function idleOptions(options: GraphOptions): GraphOptions {
  const { idleRows: _, ...rest } = options;
  return { ...rest, evidence: false };
}
