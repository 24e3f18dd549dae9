/** A histogram layout: ascending finite upper bounds in milliseconds; the bucket after the last one is +Inf. */
export interface LatencyLayout {
  /** 32-bit FNV-1a of the bounds: equal bounds, equal id, on every process. */
  readonly id: number;
  readonly boundsMs: readonly number[];
}

/** Non-cumulative counts by bound index; index `boundsMs.length` is +Inf. Only non-zero counts are kept. */
export type LatencyCounts = ReadonlyMap<number, number>;

/** Builds a layout; throws RangeError on bounds that are not ascending, finite and positive. */
export function latencyLayout(boundsMs: readonly number[]): LatencyLayout {
  let previous = 0;
  for (const bound of boundsMs) {
    if (!Number.isFinite(bound) || bound <= previous) throw new RangeError(`latency bounds must ascend from above 0: ${boundsMs.join(', ')}`);
    previous = bound;
  }
  let hash = 0x811c9dc5;
  for (const char of boundsMs.join(',')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return { id: hash >>> 0, boundsMs };
}

/** Envoy's and Istio's default bounds (envoy `config/metrics/v3/stats.proto`). */
export const envoyLayout = latencyLayout([0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000]);

/** Bounds for durations that Orrery measures itself (spans, flows): about 5 a decade from 0.1 ms to 100 s. */
export const spanLayout = latencyLayout([
  0.1, 0.16, 0.25, 0.4, 0.63, 1, 1.6, 2.5, 4, 6.3, 10, 16, 25, 40, 63, 100, 160, 250, 400, 630, 1000, 1600, 2500, 4000, 6300, 10000, 16000, 25000, 40000, 63000, 100000,
]);

/** Index of the bucket that holds `ms` (upper bounds inclusive, as Prometheus `le`). */
export function bucketIndex(layout: LatencyLayout, ms: number): number {
  let low = 0, high = layout.boundsMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((layout.boundsMs[middle] ?? Infinity) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
