/** Orrery's finest buckets, seconds. */
export const ourStepSeconds = 10;

/** Seconds around an end of a window in which the rates matter, in whole buckets. */
export function marginSeconds(theirIntervalSeconds: number): number {
  return Math.ceil(theirIntervalSeconds / ourStepSeconds + 2) * ourStepSeconds;
}

/** Counts of an edge here, bucket by bucket, around a window; times in Unix seconds. */
export interface BucketCounts {
  /** Length of a bucket. */
  readonly seconds: number;
  /** Starts of buckets, ascending, and what was counted in each. */
  readonly time: readonly number[];
  readonly counts: readonly number[];
}

/** A window of both sides, and how often they scrape. */
export interface ScrapedWindow {
  readonly from: number;
  readonly to: number;
  /** Seconds between two scrapes of theirs. */
  readonly theirIntervalSeconds: number;
}

/** What the other side may have counted over a window because it scrapes at other moments: at least, and at most. */
export interface Reach { readonly low: number; readonly high: number }

/** Beyond it a random count is not by chance. */
const standardErrors = 3;
/** The median of |x − y| of two normal variables, in standard deviations of one. */
const medianOfDifferences = 0.954;

/**
 * The other side knows what grew between the first and the last of its samples in a window, and tells it as a rate. So it tells of
 * an interval that begins and ends up to a scrape inside the window (beyond its ends by as much as counts here may be
 * misplaced), stretched to the whole window. Of steady traffic that is the same number, however short the window; of uneven
 * traffic as much more or less as the counts here around the ends of the window make it. What chance adds is
 * √(d n (1 − q) / q): n requests, of which a share q was told of, d times as scattered as independent ones.
 * @param ours what was counted here in the window
 * @param around counts from before the window until after it
 */
export function reachOf(ours: number, around: BucketCounts | null, { from, to, theirIntervalSeconds }: ScrapedWindow): Reach {
  const window = to - from, inside = theirIntervalSeconds + ourStepSeconds;
  // A rate takes two samples, and there is one in each of their intervals.
  const shortest = Math.max(1, Math.min(theirIntervalSeconds, window / 2)), usual = Math.max(shortest, window - theirIntervalSeconds), share = usual / window;
  const chance = (count: number): number => standardErrors * Math.sqrt(scatterOf(around) * count * (1 - share) / share);
  let low = ours, high = ours;
  if (around !== null) {
    const countedUntil = countedBy(around), [atFrom, atTo] = [countedUntil(from), countedUntil(to)];
    const first = around.time[around.counts.findIndex((count) => count > 0)] ?? from, began = Math.min(Math.max(from, first), to);
    const least = Math.max(shortest, began > from ? 0 : usual - 2 * ourStepSeconds);
    for (let start = from - ourStepSeconds; start <= began + inside; start++) {
      const before = countedUntil(start) - atFrom;
      for (let end = Math.max(to - inside, Math.ceil(start + least)); end <= to + ourStepSeconds; end++) {
        // Where its samples begin in the middle of a window they are not stretched to the beginning.
        const counted = Math.max(0, ours - before + countedUntil(end) - atTo), stretched = to - (start <= from + inside ? from : start);
        const told = counted * Math.max(0, stretched) / (end - start);
        low = Math.min(low, told);
        high = Math.max(high, told);
      }
    }
  }
  return { low: low - chance(ours), high: high + chance(high) };
}

/**
 * The same where part of the time was not scraped here: that traffic ended there is no news of the traffic. What was missed is
 * taken to be like the rest; what remains is how far from it they may be by chance and by moments.
 * @param gap Unix seconds; one that reaches an end of the window is open there
 */
export function reachBesideGap(ours: number, around: BucketCounts | null, window: ScrapedWindow, gap: { readonly from: number; readonly to: number }): Reach {
  if (around === null) return reachOf(ours, null, window);
  const { from, to } = window, { seconds, time, counts } = around;
  const isMissed = (start: number): boolean => (gap.from <= from || start + seconds > gap.from) && (gap.to >= to || start < gap.to);
  const seen = counts.filter((_, i) => !isMissed(time[i]!)), usual = seen.length === 0 ? 0 : seen.reduce((sum, count) => sum + count, 0) / seen.length;
  const filled = counts.map((count, i) => (isMissed(time[i]!) ? usual : count));
  const missed = filled.reduce((sum, count, i) => (time[i]! >= from && time[i]! < to ? sum + count - counts[i]! : sum), 0);
  const { low, high } = reachOf(Math.max(0, ours + missed), { ...around, counts: filled }, window);
  return { low: low - missed, high: high - missed };
}

/** Counts from the first bucket until a time, as if each bucket's were spread over it evenly. */
function countedBy({ seconds, time, counts }: BucketCounts): (at: number) => number {
  const sums: number[] = [0];
  for (const [i, count] of counts.entries()) sums.push(sums[i]! + count);
  return (at) => {
    const next = time.findIndex((start) => start + seconds > at);
    if (next === -1) return sums.at(-1)!;
    return sums[next]! + counts[next]! * Math.max(0, at - time[next]!) / seconds;
  };
}

/** How many times as scattered as independent requests the counts are: by the median of what neighbours differ in, which a beginning or an end does not move. */
function scatterOf(around: BucketCounts | null): number {
  if (around === null || around.counts.length < 4) return 1;
  const { counts } = around, mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const differences = counts.slice(1).map((count, i) => Math.abs(count - counts[i]!)).sort((a, b) => a - b);
  return mean > 0 ? Math.max(1, (differences[Math.floor(differences.length / 2)]! / medianOfDifferences) ** 2 / mean) : 1;
}
