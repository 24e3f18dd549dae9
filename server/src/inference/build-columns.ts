import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { buildNodes } from './build-nodes.ts';
import { confidence } from './confidence.ts';
import type { DrawnColumns } from './drawings.ts';
import { busiestProtocol, lastSeenOf } from './edge-details.ts';
import { goldenSignals } from './golden-signals.ts';
import type { GraphColumns } from './graph-columns.ts';
import type { GraphType } from './graph.ts';
import { healthJudge } from './health/rate-health.ts';
import { defaultHealthConfig, type HealthConfig } from './health/tolerance.ts';
import { coveredSeconds, isSettled, measureGraph, qualityOf } from './measure-graph.ts';
import { round4 } from './round.ts';
import { mtlsShare } from './security.ts';
import { TrafficSum } from './traffic-sum.ts';
import { nodeColumns, StringTable, sumOfRates, versionOf } from './to-columns.ts';

export interface ColumnOptions {
  readonly type: GraphType;
  readonly window: TimeWindow;
  /** Unix seconds. */
  readonly now: number;
  readonly health?: HealthConfig;
  readonly partial?: readonly string[];
}

/**
 * The plain graph straight to columns: what `toColumns(buildServiceGraph(rows, …))` gives, without making 20,000 edges
 * objects whose details the columns leave out.
 */
export function buildColumns({ rows, drawing }: DrawnColumns, { type, window, now, health, partial = [] }: ColumnOptions): GraphColumns {
  const seconds = coveredSeconds(rows, window, now);
  const judge = healthJudge(health ?? defaultHealthConfig);
  const size = drawing.edges.length;
  const column = <T>(): T[] => new Array<T>(size);
  const id = column<string>(), sourceId = column<string>(), destinationId = column<string>(), protocolName = column<string>(), healthName = column<string>(), healthReason = column<string>();
  const rps = column<number | null>(), errorRatio = column<number | null>(), p50Ms = column<number | null>(), p90Ms = column<number | null>(), p99Ms = column<number | null>();
  const bytesPerSecond = column<number | null>(), connectionsPerSecond = column<number | null>(), openConnections = column<number | null>(), mtls = column<number | null>();
  const confidences = column<number>(), lastSeen = column<number>();
  let i = 0;
  const sum = new TrafficSum(false);
  const sums = measureGraph(drawing, type, judge, sum, (drawn, verdict) => {
    const signals = goldenSignals(sum, seconds);
    id[i] = drawn.id;
    sourceId[i] = drawn.source;
    destinationId[i] = drawn.destination;
    protocolName[i] = busiestProtocol(drawn.edge.rows);
    healthName[i] = verdict.health;
    healthReason[i] = verdict.reason;
    rps[i] = round4(signals.requestsPerSecond);
    errorRatio[i] = round4(signals.errorRatio);
    p50Ms[i] = round4(signals.p50Ms);
    p90Ms[i] = round4(signals.p90Ms);
    p99Ms[i] = round4(signals.p99Ms);
    bytesPerSecond[i] = round4(sumOfRates(signals.bytesSentPerSecond, signals.bytesReceivedPerSecond));
    connectionsPerSecond[i] = round4(signals.connectionsPerSecond);
    openConnections[i] = round4(signals.openConnections);
    mtls[i] = round4(mtlsShare(sum));
    confidences[i] = round4(confidence(drawn.edge.rows)) ?? 0;
    lastSeen[i] = lastSeenOf(drawn.edge.rows);
    i++;
  });
  const strings = new StringTable();
  const graphNodes = buildNodes(sums, judge, seconds);
  const indexOf = new Map(graphNodes.map((node, at) => [node.id, at]));
  const nodes = nodeColumns(graphNodes, strings);
  const index = (text: string): number => strings.index(text);
  const edges: GraphColumns['edges'] = {
    id,
    source: sourceId.map((node) => indexOf.get(node) ?? 0),
    destination: destinationId.map((node) => indexOf.get(node) ?? 0),
    protocol: protocolName.map(index),
    health: healthName.map(index),
    healthReason, rps, errorRatio, p50Ms, p90Ms, p99Ms, bytesPerSecond, connectionsPerSecond, openConnections,
    mtlsShare: mtls, confidence: confidences, lastSeen,
    flags: new Array<number>(size).fill(0),
  };
  const quality = qualityOf(drawing, partial);
  return { version: versionOf(strings.list, nodes, edges, quality), type, ...window, coveredSeconds: seconds, settled: isSettled(window, now), strings: strings.list, nodes, edges, quality };
}
