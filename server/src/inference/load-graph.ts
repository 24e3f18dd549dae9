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
import { NodeBadge } from './badges.ts';
import { buildNodes, NodeSums } from './build-nodes.ts';
import { confidence } from './confidence.ts';
import { detailsOf } from './edge-details.ts';
import { displayEdges, type DisplayEdge } from './display-edge.ts';
import { evidenceOf } from './evidence.ts';
import { foldPassthrough } from './fold-passthrough.ts';
import { foldRootCallers } from './fold-root-callers.ts';
import { foldSpreadCalls } from './fold-spread-calls.ts';
import { foldWaypoints } from './fold-waypoints.ts';
import { goldenSignals } from './golden-signals.ts';
import type { GraphEdge, GraphNode, GraphType, ResponseCount, ServiceGraph } from './graph.ts';
import { healthOf } from './health/edge-health.ts';
import { healthJudge, worst, type HealthJudge } from './health/rate-health.ts';
import { defaultHealthConfig, type HealthConfig } from './health/tolerance.ts';
import { withIdle } from './idle.ts';
import { chooseInstruments, mergeEdge, type Speaker } from './merge-edge.ts';
import { placeRows } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';
import { outcomeOf } from './response-outcome.ts';
import { mtlsShare } from './security.ts';
import type { BuildView } from './scope/build-view.ts';
import { edgeIdOf, nodeId } from './stable-id.ts';
import { TrafficSum } from './traffic-sum.ts';

export interface GraphOptions {
  readonly tenant: string;
  readonly type: GraphType;
  readonly window: TimeWindow;
  /** Unix seconds; decides whether the window is settled and how much of it can have data yet. */
  readonly now: number;
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

/** A window is settled this long after its end (rule 8). */
const settleSeconds = 300;

/** Builds the graph of one window from its rows. */
export function buildServiceGraph(rows: readonly EdgeWindow[], options: GraphOptions): ServiceGraph {
  const { tenant, type, window, now } = options;
  const placement = placeRows(rows);
  const view = options.view ?? {};
  const folded = foldSpreadCalls(foldRootCallers(foldPassthrough(view.showWaypoints ? placement.rows : foldWaypoints(placement.rows))), type);
  const drawn = displayEdges(view.rows ? view.rows(folded) : folded, type, view.injectServices);
  const coveredSeconds = covered(rows, window, now);

  const judge = healthJudge(options.health ?? defaultHealthConfig);
  const nodes = new NodeSums();
  const sum = new TrafficSum();
  const ids = new Map<string, string>();
  const idOf = (keyText: string): string => {
    let id = ids.get(keyText);
    if (id === undefined) ids.set(keyText, (id = nodeId(keyText)));
    return id;
  };
  const identified = drawn.edges.map((edge) => {
    const source = idOf(edge.source.text), destination = idOf(edge.destination.text);
    return { edge, source, destination, id: edgeIdOf(source, destination) };
  });
  identified.sort((a, b) => (a.id < b.id ? -1 : 1));

  const edges: GraphEdge[] = [];
  for (const { edge, source, destination, id } of identified) {
    sum.clear();
    const speakers: Speaker[] = [];
    mergeEdge(sum, edge.voices, edge.lastResort, chooseInstruments(edge.voices, edge.lastResort), options.evidence === false ? undefined : (speaker) => speakers.push(speaker));
    const drawnEdge = graphEdge({ edge, source, destination, id, sum, speakers }, judge, coveredSeconds, options.evidence !== false);
    edges.push(view.addToEdge ? { ...drawnEdge, ...view.addToEdge(edge, sum, coveredSeconds) } : drawnEdge);
    nodes.addEdge(source, destination, edge, sum);
  }
  for (const [entity, count] of placement.unresolved) nodes.addUnresolved(entity, type, count, idOf);

  const graph: ServiceGraph = {
    tenant, type, window, coveredSeconds,
    settled: now >= window.to + settleSeconds,
    nodes: markInjected(buildNodes(nodes, judge, coveredSeconds), drawn.injected, idOf),
    edges,
    quality: {
      unattributed: drawn.unattributed,
      unresolved: [...placement.unresolved.values()].reduce((total, count) => total + count, 0),
      unnamedEdges: placement.unnamedEdges,
      partial: [...(options.partial ?? [])],
    },
  };
  return options.idleRows ? withIdle(graph, buildServiceGraph(options.idleRows, idleOptions(options)), view.idle) : graph;
}

function markInjected(nodes: GraphNode[], keys: ReadonlySet<string>, idOf: (keyText: string) => string): GraphNode[] {
  if (keys.size === 0) return nodes;
  const ids = new Set([...keys].map(idOf));
  return nodes.map((node) => (ids.has(node.id) ? { ...node, badges: (node.badges ?? 0) | NodeBadge.injected } : node));
}

interface SummedEdge {
  readonly edge: DisplayEdge;
  readonly source: string;
  readonly destination: string;
  readonly id: string;
  readonly sum: TrafficSum;
  readonly speakers: readonly Speaker[];
}

function graphEdge({ edge, source, destination, id, sum, speakers }: SummedEdge, judge: HealthJudge, seconds: number, withEvidence: boolean): GraphEdge {
  const { health, reason } = worst(healthOf(judge, edge.destination.entity, 'inbound', sum), healthOf(judge, edge.source.entity, 'outbound', sum));
  const details = detailsOf(edge.rows);
  return {
    id, source, destination,
    protocols: details.protocols,
    services: [...edge.services].sort(),
    ports: details.ports,
    health, healthReason: reason,
    signals: goldenSignals(sum, seconds),
    clientP99Ms: sum.clientLatency.quantiles(0.5, 0.9, 0.99).q3,
    clientErrorsPerSecond: (sum.measured & Measured.clientErrors) !== 0 ? sum.clientErrors / seconds : null,
    responses: responseList(sum),
    mtlsShare: mtlsShare(sum),
    sourcePrincipals: details.sourcePrincipals,
    destinationPrincipals: details.destinationPrincipals,
    via: details.via,
    evidence: withEvidence ? evidenceOf(edge.rows, speakers, seconds) : [],
    confidence: confidence(edge.rows),
    lastSeen: details.lastSeen,
    isIdle: false,
    edgeIds: details.edgeIds,
  };
}

function responseList(sum: TrafficSum): ResponseCount[] {
  const list: ResponseCount[] = [];
  const add = (counts: ReadonlyMap<string, number>, clientOutcome: boolean): void => {
    for (const [key, count] of counts) {
      const { kind, code, flags } = outcomeOf(key);
      list.push({ kind, code, flags, count, clientOutcome });
    }
  };
  add(sum.responses, false);
  add(sum.clientOutcomes, true);
  const text = (one: ResponseCount): string => `${one.kind} ${one.code} ${one.flags} ${one.clientOutcome ? 1 : 0}`;
  return list.length < 2 ? list : list.sort((a, b) => b.count - a.count || (text(a) < text(b) ? -1 : 1));
}

/** Seconds of the window that have data: rates of a mesh that was first seen a minute ago are per that minute. */
function covered(rows: readonly EdgeWindow[], window: TimeWindow, now: number): number {
  let first = Infinity, last = -Infinity;
  for (const row of rows) {
    first = Math.min(first, row.firstBucket);
    last = Math.max(last, row.lastBucket);
  }
  if (first === Infinity) return 0;
  const end = Math.min(window.to, last + window.step, Math.max(now, last + 1));
  return Math.max(1, end - Math.max(window.from, first));
}

function idleOptions(options: GraphOptions): GraphOptions {
  const { idleRows: _, ...rest } = options;
  return { ...rest, evidence: false };
}
