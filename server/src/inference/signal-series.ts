import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { bucketSums } from './bucket-sums.ts';
import type { EdgeBucket } from './ports.ts';
import { outcomeOf } from './response-outcome.ts';
import type { TrafficSum } from './traffic-sum.ts';

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
  /** null where no caller told of it beside whoever served it. */
  readonly callers: CallerSeries | null;
}

/** What the callers got of the same traffic, by their own telling: also timeouts and resets that nobody answered with (rule 2). */
export interface CallerSeries {
  /** 0 … 1 of all that they got, over the whole window. */
  readonly errorRatio: number;
  /** The same in each bucket; null = nothing was told. */
  readonly errorRatios: readonly (number | null)[];
}

/**
 * The signals of some edges together, bucket by bucket, by the rules of the graph (`bucket-sums.ts`).
 */
export function signalSeries(buckets: readonly EdgeBucket[], window: TimeWindow): SignalSeries {
  const { time, sums: points } = bucketSums(buckets, window);
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
    callers: callerSeries(points),
  };
}

function callerSeries(points: readonly TrafficSum[]): CallerSeries | null {
  if (points.every((sum) => (sum.measured & Measured.clientErrors) === 0)) return null;
  let all = 0, failed = 0;
  const errorRatios = points.map(({ toCaller }) => {
    let got = 0, errors = 0;
    toCaller.forEach((count, key) => {
      got += count;
      if (outcomeOf(key).isError) errors += count;
    });
    all += got;
    failed += errors;
    return got > 0 ? errors / got : null;
  });
  return all > 0 ? { errorRatio: failed / all, errorRatios } : null;
}
