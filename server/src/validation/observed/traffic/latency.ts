import { LatencySum } from '../../../inference/merge-latency.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';

/** Latency of the requests of rows of one side, ms. */
export interface Latency {
  readonly p99Ms: number | null;
  /** Of the requests that were measured; null without any. */
  readonly meanMs: number | null;
  /** How many were measured. */
  readonly count: number;
  readonly rows: readonly EdgeWindow[];
}

/** Latency of the requests of rows of one side. */
export function latencyOf(rows: readonly EdgeWindow[]): Latency {
  const sums = new LatencySum();
  let count = 0, totalMs = 0;
  for (const { layout, latency, latencySumMs } of rows) {
    sums.add(layout, latency);
    latency.forEach((n) => { count += n; });
    totalMs += latencySumMs;
  }
  return { p99Ms: sums.quantiles(0.5, 0.9, 0.99).q3, meanMs: count > 0 ? totalMs / count : null, count, rows };
}

/** How many requests took certainly longer: those in buckets that begin at or above a time. */
export function countAbove({ rows }: Latency, ms: number): number {
  let above = 0;
  for (const { layout, latency } of rows) {
    if (layout !== null) latency.forEach((n, index) => { if (index > 0 && layout.boundsMs[index - 1]! >= ms) above += n; });
  }
  return above;
}
