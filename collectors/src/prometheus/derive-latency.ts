import { latencyLayout, type LatencyCounts, type LatencyLayout } from '../model/latency-layout.ts';
import { histogramDelta, type HistogramDelta } from './counter-deltas.ts';
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
  const histograms = new Map<bigint, CounterPair[]>(), deltas: LatencyDelta[] = [];
  for (const pair of pairs) {
    const { measure } = pair.meaning;
    if (measure.kind !== 'latencyBucket') continue;
    const buckets = histograms.get(measure.histogram);
    if (buckets === undefined) histograms.set(measure.histogram, [pair]);
    else buckets.push(pair);
  }
  for (const buckets of histograms.values()) {
    const { meaning } = buckets[0]!, delta = histogramDelta(buckets, boundOf);
    if (delta !== null) deltas.push({ row: meaning.row, meaning, ...latencyOf(delta) });
  }
  return deltas;
}

function boundOf({ meaning: { measure } }: CounterPair): number {
  return measure.kind === 'latencyBucket' ? measure.leMs : Infinity;
}

/** A proxy sets the bounds at its start, so few layouts exist; an idle histogram needs none. */
function latencyOf({ bounds, counts }: HistogramDelta): Pick<LatencyDelta, 'layout' | 'counts'> {
  const layout = latencyLayout(bounds.filter((bound, i) => bound > 0 && bound !== Infinity && bound !== bounds[i - 1]));
  const byIndex = new Map<number, number>();
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const bound = bounds[i]!, index = bound === Infinity ? layout.boundsMs.length : Math.max(0, layout.boundsMs.indexOf(bound));
    byIndex.set(index, (byIndex.get(index) ?? 0) + count);
  }
  return { layout, counts: byIndex };
}
