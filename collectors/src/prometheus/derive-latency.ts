import { latencyLayout, type LatencyCounts, type LatencyLayout } from '../model/latency-layout.ts';
import { histogramDelta, type BucketPair } from './counter-deltas.ts';
import type { CounterPair, EdgeSeries } from './series-meaning.ts';

/** What one histogram counted in an interval, by index of its layout's bounds. */
export interface LatencyDelta {
  readonly row: string;
  readonly meaning: EdgeSeries;
  readonly layout: LatencyLayout;
  readonly counts: LatencyCounts;
}

/** The histograms among the series: buckets brought together, de-cumulated; those without a count are left out. */
export function deriveLatency(pairs: readonly CounterPair[]): LatencyDelta[] {
  const histograms = new Map<bigint, { meaning: EdgeSeries; buckets: BucketPair[] }>();
  for (const { meaning, previous, current } of pairs) {
    if (meaning.measure.kind !== 'latencyBucket') continue;
    const { histogram, leMs } = meaning.measure;
    const found = histograms.get(histogram);
    if (found === undefined) histograms.set(histogram, { meaning, buckets: [{ le: leMs, previous, current }] });
    else found.buckets.push({ le: leMs, previous, current });
  }
  return [...histograms.values()].flatMap(({ meaning, buckets }) => {
    // A proxy sets the bounds at its start, so few layouts exist; an idle histogram needs none.
    const delta = histogramDelta(buckets);
    if (delta.every(({ count }) => count === 0)) return [];
    const layout = latencyLayout([...new Set(delta.map(({ le }) => le).filter((le) => le > 0 && le !== Infinity))]);
    const counts = new Map<number, number>();
    for (const { le, count } of delta) {
      if (count === 0) continue;
      const index = le === Infinity ? layout.boundsMs.length : Math.max(0, layout.boundsMs.indexOf(le));
      counts.set(index, (counts.get(index) ?? 0) + count);
    }
    return [{ row: meaning.row, meaning, layout, counts }];
  });
}
