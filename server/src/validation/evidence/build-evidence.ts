import { Intent, Measured } from '@orrery/collectors/model/edge-traffic';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { collectEdges } from '../../inference/collect-edges.ts';
import type { ZoneTraffic } from '../../inference/cost/zone-traffic.ts';
import { edgeActivity, type StoredActivity } from '../../inference/diff/activity.ts';
import type { DisplayEdge } from '../../inference/display-edge.ts';
import { GraphType, type GraphEdge } from '../../inference/graph.ts';
import type { EdgeWindow } from '../../inference/ports.ts';
import { speakingVoices } from '../../inference/speakers.ts';
import type { TrafficSum } from '../../inference/traffic-sum.ts';
import { measures } from '../../inference/voice.ts';
import type { CertificateExpiry } from './certificates.ts';
import type { EdgeEvidence, Evidence, EvidenceSteps } from './evidence.ts';

/** What was read of a window. */
export interface EvidenceInput {
  readonly tenant: string;
  readonly window: TimeWindow;
  /** Unix seconds. */
  readonly now: number;
  /** Unix seconds when data began, null or left out where that is not known. */
  readonly began?: number | null;
  readonly rows: readonly EdgeWindow[];
  readonly activity: readonly StoredActivity[];
  /** Stored edges whose activity was asked for. */
  readonly activityOf: ReadonlySet<string>;
  readonly steps: EvidenceSteps;
  readonly zones: readonly ZoneTraffic[];
  readonly certificates: readonly CertificateExpiry[];
}

/** A window of which less than this share has data says nothing of the whole. */
const leastCovered = 0.8;

type Counted = Omit<EdgeEvidence, 'edge' | 'source' | 'destination' | 'activity' | 'zones'>;

/** The graph between workloads of one window with what its edges carried. Pure. */
export function buildEvidence({ tenant, window, now, began = null, rows, activity, activityOf, steps, zones, certificates }: EvidenceInput): Evidence {
  const { graph, edges } = collectEdges(rows, { tenant, type: GraphType.workload, window, now, began }, counted);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const activityBy = Map.groupBy(activity, ({ edgeId }) => edgeId), zonesBy = Map.groupBy(zones, ({ edgeId }) => edgeId);
  const of = <T>(by: ReadonlyMap<string, readonly T[]>, edge: GraphEdge): T[] => edge.edgeIds.flatMap((id) => by.get(id) ?? []);
  const from = Math.max(window.from, dataFrom(rows, window, began));
  return {
    window, from, to: from + graph.coveredSeconds,
    // A window is rounded outwards, by a step at either end.
    covers: graph.coveredSeconds >= leastCovered * (window.to - window.from - 2 * window.step),
    nodes: graph.nodes,
    edges: edges.map(({ edge, found }): EdgeEvidence => ({
      ...found, edge, source: nodes.get(edge.source)!, destination: nodes.get(edge.destination)!,
      activity: edge.edgeIds.some((id) => activityOf.has(id)) ? edgeActivity(of(activityBy, edge), steps.count) : null,
      zones: of(zonesBy, edge),
    })),
    steps, certificates, rows, quality: graph.quality,
  };
}

/** Unix seconds from which rows of a window have data: its first bucket may be of an hour in which data began late. */
export function dataFrom(rows: readonly Pick<EdgeWindow, 'firstBucket'>[], window: TimeWindow, began: number | null): number {
  return rows.reduce((least, { firstBucket }) => Math.min(least, Math.max(firstBucket, began ?? firstBucket)), window.to);
}

function counted(edge: DisplayEdge, sum: TrafficSum): Counted {
  const measured = (bit: number, count: number): number | null => ((sum.measured & bit) === 0 ? null : count);
  const speaking = speakingVoices(edge, Measured.requests);
  const at = (rows: readonly EdgeWindow[]): number | null => (measures(rows, Measured.requests) ? rows.reduce((total, row) => total + row.requestsEstimated, 0) : null);
  const telling = edge.rows.filter(({ row, speaks }) => speaks && (row.measured & Measured.attempts) !== 0);
  return {
    requests: measured(Measured.requests, sum.requests),
    errors: measured(Measured.errors, sum.errors),
    clientErrors: measured(Measured.clientErrors, sum.clientErrors),
    connections: measured(Measured.connections, sum.connections),
    connectionsFailed: measured(Measured.connectionsFailed, sum.connectionsFailed),
    drops: measured(Measured.drops, sum.drops),
    requestsAtSource: at(speaking.flatMap(({ source }) => source)),
    requestsAtDestination: at(speaking.flatMap(({ destination }) => destination)),
    attempts: telling.length === 0 ? null : telling.reduce((total, { row }) => total + row.attempts, 0),
    mirrored: edge.rows.reduce((total, { row }) => (row.intent === Intent.mirror ? total + row.requests : total), 0),
    requestsSecured: sum.requestsSecured, requestsPlaintext: sum.requestsPlaintext,
    connectionsSecured: sum.connectionsSecured, connectionsPlaintext: sum.connectionsPlaintext,
    securityJudged: (sum.measured & Measured.security) !== 0,
  };
}
