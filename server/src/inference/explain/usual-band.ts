import type { UsualBand } from './explanation.ts';
import type { FailureSeries } from './onset.ts';

/** A bucket with fewer requests has no ratio to speak of. */
const leastPerBucket = 10;
/** Fewer buckets make no band. */
const leastBuckets = 6;

/** The failure ratio that is usual: the 10th, 50th and 90th percentile of a time's buckets; null where there is too little. */
export function usualBand({ time, step, failures, all }: FailureSeries): UsualBand | null {
  const ratios = failures.flatMap((n, i) => (all[i]! >= leastPerBucket ? [n / all[i]!] : [])).sort((a, b) => a - b);
  if (ratios.length < leastBuckets) return null;
  const at = (q: number): number => ratios[Math.round(q * (ratios.length - 1))]!;
  return { from: time[0]!, to: time.at(-1)! + step, low: at(0.1), median: at(0.5), high: at(0.9), buckets: ratios.length };
}
