import { bucketOf } from '../model/time-window.ts';

/**
 * What a counter counted between two scrapes of its target.
 * @param previous its last value; undefined where it is new on a target that was scraped before: it began at 0
 * @param current a value that fell began anew at 0
 * Fractions of a count are cut off before subtracting, so the parts of any division of the time add up to the whole.
 */
export function counterDelta(previous: number | undefined, current: number): number {
  const from = Math.floor(previous ?? 0);
  const to = Math.floor(current);
  return to < from ? to : to - from;
}

/** The same for a sum that is not a whole number (milliseconds). */
export function sumDelta(previous: number | undefined, current: number): number {
  const from = previous ?? 0;
  return Math.max(0, current < from ? current : current - from);
}

/** One cumulative bucket of a histogram, before and now. */
export interface BucketPair {
  readonly previous: number | undefined;
  readonly current: number;
}

/** What the buckets of a histogram counted, not cumulative; both lists in ascending order of the upper bounds, which are inclusive. */
export interface HistogramDelta {
  /** Infinity for the last. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/**
 * What each bucket of a histogram counted (a page may print them in any order); null where none counted anything.
 * A histogram begins anew as a whole: one bucket that fell resets all. Buckets that contradict each other are
 * cut so that no count is negative and the sum is that of the last bucket.
 * @param buckets put into ascending order
 */
export function histogramDelta<T extends BucketPair>(buckets: T[], boundOf: (bucket: T) => number): HistogramDelta | null {
  if (buckets.every(({ previous, current }) => Math.floor(current) === Math.floor(previous ?? 0))) return null;
  buckets.sort((a, b) => boundOf(a) - boundOf(b));
  const reset = buckets.some(({ previous, current }) => previous !== undefined && Math.floor(current) < Math.floor(previous));
  const counts = buckets.map(({ previous, current }) => counterDelta(reset ? undefined : previous, current));
  for (let i = counts.length - 2; i >= 0; i--) counts[i] = Math.min(counts[i]!, counts[i + 1]!);
  for (let i = counts.length - 1; i > 0; i--) counts[i] = counts[i]! - counts[i - 1]!;
  return counts.every((count) => count === 0) ? null : { bounds: buckets.map(boundOf), counts };
}

/** How an interval lies over the 10 s buckets of the waist. */
export interface BucketShares {
  /** Starts of the buckets, Unix seconds, ascending. */
  readonly buckets: readonly number[];
  /** Share of the interval in each; their sum is 1. */
  readonly shares: readonly number[];
}

/**
 * Of a target that was away for longer nothing is told of its absence: finer buckets are kept for six hours, late ones take their
 * time, and laid over less time than it took, what it counted would be a spike. Its address may be another's by then, too.
 */
export const longestSpreadMs = 5 * 3_600_000;
/** What lies longer ago than this stands in one bucket for each minute, or a long absence would be too many rows. */
const finelyMs = 3_600_000;

/** Lays (fromMs, toMs], at most `longestSpreadMs`, over the 10 s buckets. */
export function bucketShares(fromMs: number, toMs: number): BucketShares {
  const buckets: number[] = [], shares: number[] = [];
  let bucket = bucketOf(fromMs / 1000);
  while (bucket * 1000 < toMs) {
    const next = (bucket + 10) * 1000 < toMs - finelyMs ? (Math.floor(bucket / 60) + 1) * 60 : bucket + 10;
    buckets.push(bucket);
    shares.push((Math.min(toMs, next * 1000) - Math.max(fromMs, bucket * 1000)) / (toMs - fromMs));
    bucket = next;
  }
  return { buckets, shares };
}

/**
 * Divides a whole number by shares into whole numbers with the same sum: the method of largest remainders,
 * the earlier part first where remainders are equal.
 */
export function splitCount(count: number, shares: readonly number[]): number[] {
  if (shares.length === 1) return [count];
  const parts: number[] = [], order: number[] = [];
  let left = count;
  for (let i = 0; i < shares.length; i++) {
    const part = Math.min(left, Math.floor(count * shares[i]!));
    parts.push(part);
    order.push(i);
    left -= part;
  }
  order.sort((a, b) => (count * shares[b]! - parts[b]!) - (count * shares[a]! - parts[a]!) || a - b);
  for (let i = 0; left > 0; i = (i + 1) % order.length) {
    parts[order[i]!]!++;
    left--;
  }
  return parts;
}
