import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { displayEdges } from './display-edge.ts';
import { foldRootCallers } from './fold-root-callers.ts';
import { foldWaypoints } from './fold-waypoints.ts';
import { GraphType } from './graph.ts';
import { chooseInstruments, mergeEdge } from './merge-edge.ts';
import { placeRows } from './placed-row.ts';
import type { EdgeBucket, EdgeWindow } from './ports.ts';
import { sumBuckets } from './sum-buckets.ts';
import { TrafficSum } from './traffic-sum.ts';
import type { Voice } from './voice.ts';

/** Parallel arrays over the buckets of a window; null = not measured in that bucket. */
export interface SignalSeries {
  /** Unix seconds, start of each bucket. */
  readonly time: readonly number[];
  readonly requestsPerSecond: readonly (number | null)[];
  readonly errorsPerSecond: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p90Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  readonly bytesPerSecond: readonly (number | null)[];
  readonly connectionsPerSecond: readonly (number | null)[];
}

/**
 * The signals of some edges together, bucket by bucket, by the rules of the graph. Who speaks (instrument, side, feed) is
 * chosen once for the whole window, so that a series never changes its teller in the middle.
 */
export function signalSeries(buckets: readonly EdgeBucket[], window: TimeWindow): SignalSeries {
  const summed = sumBuckets(buckets);
  const bucketsOf = new Map(summed.map(({ row, buckets: parts }) => [row, parts]));
  const placed = foldRootCallers(foldWaypoints(placeRows(summed.map(({ row }) => row)).rows));
  const { edges } = displayEdges(placed, GraphType.workload);
  const choices = edges.map((edge) => chooseInstruments(edge.voices, edge.lastResort));

  const time: number[] = [];
  const points: TrafficSum[] = [];
  for (let bucket = window.from; bucket < window.to; bucket += window.step) {
    const point = new TrafficSum();
    const at = (row: EdgeWindow): EdgeWindow | undefined => bucketsOf.get(row)?.get(bucket);
    edges.forEach((edge, i) => mergeEdge(point, voicesAt(edge.voices, at), voicesAt(edge.lastResort, at), choices[i]!));
    time.push(bucket);
    points.push(point);
  }
  const rate = (bit: number, count: (sum: TrafficSum) => number) => points.map((sum) => ((sum.measured & bit) === 0 ? null : count(sum) / window.step));
  const quantiles = points.map((sum) => sum.latency.quantiles(0.5, 0.9, 0.99));
  return {
    time,
    requestsPerSecond: rate(Measured.requests, (sum) => sum.requests),
    errorsPerSecond: rate(Measured.requests, (sum) => sum.errors),
    p50Ms: quantiles.map(({ q1 }) => q1),
    p90Ms: quantiles.map(({ q2 }) => q2),
    p99Ms: quantiles.map(({ q3 }) => q3),
    bytesPerSecond: rate(Measured.bytes, (sum) => sum.bytesSent + sum.bytesReceived),
    connectionsPerSecond: rate(Measured.connections, (sum) => sum.connections),
  };
}

/** The voices with their rows of one bucket in place of the window's. */
function voicesAt(voices: readonly Voice[], at: (row: EdgeWindow) => EdgeWindow | undefined): Voice[] {
  return voices.map(({ instrument, source, destination, middle }) => {
    const rows = [source, destination, middle].map((side) => side.flatMap((row) => at(row) ?? []));
    const [s = [], d = [], m = []] = rows;
    return { instrument, source: s, destination: d, middle: m, measured: rows.flat().reduce((bits, row) => bits | row.measured, 0) };
  });
}
