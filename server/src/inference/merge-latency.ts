import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { CountRun, CountSlice, type Counts } from './counts.ts';

/**
 * Adds up latency histograms. Counts of one layout are summed; several layouts are put on the union of their bounds,
 * each spread evenly inside its own buckets, and the answer is then approximate (rule 3), as it is where the clocks of two
 * hosts were compared. Reusable: `clear` keeps the arrays.
 */
export class LatencySum {
  /** One for each layout, which are few: mostly one. */
  readonly #sums: LayoutSum[] = [];
  #comparesClocks = false;

  clear(): void {
    for (const sum of this.#sums) {
      if (sum.total > 0) sum.counts.fill(0);
      sum.total = 0;
    }
    this.#comparesClocks = false;
  }

  /** @param comparesClocks begun and ended by the clocks of two hosts */
  add(layout: LatencyLayout | null, counts: Counts<number>, comparesClocks = false): void {
    if (!layout) return;
    const sum = this.#of(layout), added = addTo(sum.counts, counts);
    if (added === 0) return;
    sum.total += added;
    if (comparesClocks) this.#comparesClocks = true;
  }

  /** Adds counts by bucket of a layout, none left out. */
  addBuckets(layout: LatencyLayout, counts: Float64Array, comparesClocks: boolean): void {
    const sum = this.#of(layout), { counts: sums } = sum;
    for (let i = 0; i < counts.length; i++) {
      sums[i]! += counts[i]!;
      sum.total += counts[i]!;
    }
    if (comparesClocks) this.#comparesClocks = true;
  }

  /** Adds another sum. */
  addSum(other: LatencySum): void {
    for (const { layout, counts, total } of other.#sums) if (total > 0) this.addBuckets(layout, counts, false);
    if (other.#comparesClocks) this.#comparesClocks = true;
  }

  /** One for each layout that was ever added: its counts by bucket and what they come to. */
  get layouts(): readonly Readonly<LayoutSum>[] {
    return this.#sums;
  }

  /** Whether any of it was begun and ended by the clocks of two hosts. */
  get comparesClocks(): boolean {
    return this.#comparesClocks;
  }

  /** Whether all counts are whole and none of them compares clocks: then what was added can be taken out again without a trace. */
  get isWhole(): boolean {
    if (this.#comparesClocks) return false;
    for (const { counts, total } of this.#sums) {
      if (!Number.isSafeInteger(total)) return false;
      for (let i = 0; i < counts.length; i++) if (!Number.isSafeInteger(counts[i])) return false;
    }
    return true;
  }

  /** Quantiles in milliseconds, null without a single count. */
  quantiles(q1: number, q2: number, q3: number): Quantiles {
    const used = this.#used();
    if (!used) return noQuantiles;
    const { layout: { boundsMs }, counts, total } = used;
    return {
      q1: histogramQuantile(q1, boundsMs, counts, total),
      q2: histogramQuantile(q2, boundsMs, counts, total),
      q3: histogramQuantile(q3, boundsMs, counts, total),
      approximate: !this.#sums.includes(used) || this.#comparesClocks,
    };
  }

  /** Puts the quantile `q` in milliseconds at a place, NaN without a single count. */
  putQuantile(q: number, into: Float64Array, at: number): void {
    const used = this.#used();
    if (used) putQuantile(q, used.layout.boundsMs, used, into, at);
    else into[at] = NaN;
  }

  /** The sum of the only layout that has counts; of several, what they come to on the bounds of all. */
  #used(): LayoutSum | null {
    let used: LayoutSum | null = null;
    for (const sum of this.#sums) {
      if (sum.total === 0) continue;
      if (used) return this.#rebucketed();
      used = sum;
    }
    return used;
  }

  #of(layout: LatencyLayout): LayoutSum {
    for (const sum of this.#sums) if (sum.layout.id === layout.id) return sum;
    const fresh = { layout, counts: new Float64Array(layout.boundsMs.length + 1), total: 0 };
    this.#sums.push(fresh);
    return fresh;
  }

  #rebucketed(): LayoutSum {
    const sums = this.#sums.filter((sum) => sum.total > 0).sort((a, b) => a.layout.id - b.layout.id);
    const bounds = [...new Set(sums.flatMap((sum) => sum.layout.boundsMs))].sort((a, b) => a - b);
    const counts = new Float64Array(bounds.length + 1);
    let total = 0;
    for (const sum of sums) {
      let below = 0;
      bounds.forEach((bound, i) => {
        const upTo = countUpTo(bound, sum.layout.boundsMs, sum.counts);
        counts[i]! += upTo - below;
        below = upTo;
      });
      counts[bounds.length]! += sum.total - below;
      total += sum.total;
    }
    return { layout: { id: unionId, boundsMs: bounds }, counts, total };
  }
}

/** Adds each count to the sum at its key; keys beyond the sums belong nowhere. @returns all that was added */
function addTo(sums: Float64Array, counts: Counts<number>): number {
  if (counts instanceof CountRun) return counts.addTo(sums);
  if (counts instanceof CountSlice) return (counts as CountSlice<number>).addTo(sums);
  let total = 0;
  counts.forEach((count, index) => {
    if (index >= sums.length) return;
    sums[index]! += count;
    total += count;
  });
  return total;
}

interface LayoutSum { readonly layout: Pick<LatencyLayout, 'id' | 'boundsMs'>; readonly counts: Float64Array; total: number }

export interface Quantiles {
  readonly q1: number | null;
  readonly q2: number | null;
  readonly q3: number | null;
  /** True where layouts differed or clocks of two hosts were compared. */
  readonly approximate: boolean;
}

/** Of no layout that is stored. */
const unionId = -1;

const noQuantiles: Quantiles = { q1: null, q2: null, q3: null, approximate: false };

/**
 * The q-quantile as Prometheus' `histogram_quantile` has it: linear inside the bucket, from 0 in the first one; in the
 * +Inf bucket the answer is the highest finite bound. `counts` are not cumulative.
 */
export function histogramQuantile(q: number, boundsMs: readonly number[], counts: ArrayLike<number>, total: number): number | null {
  putQuantile(q, boundsMs, { counts, total }, found, 0);
  return Number.isNaN(found[0]) ? null : found[0]!;
}

const found = new Float64Array(1);

/** Puts the q-quantile at a place, NaN where there is none: returned, each would become an object. */
function putQuantile(q: number, boundsMs: readonly number[], { counts, total }: Histogram, into: Float64Array, at: number): void {
  if (total <= 0 || boundsMs.length === 0) {
    into[at] = NaN;
    return;
  }
  const rank = q * total;
  let below = 0;
  for (let i = 0; i < boundsMs.length; i++) {
    const count = counts[i] ?? 0;
    if (count > 0 && below + count >= rank) {
      const low = i === 0 ? 0 : boundsMs[i - 1]!;
      into[at] = low + (boundsMs[i]! - low) * Math.max(0, (rank - below) / count);
      return;
    }
    below += count;
  }
  into[at] = boundsMs[boundsMs.length - 1]!;
}

interface Histogram { readonly counts: ArrayLike<number>; readonly total: number }

/** How many observations lie at or below `ms`, linear inside a bucket; nothing of +Inf counts. */
function countUpTo(ms: number, boundsMs: readonly number[], counts: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < boundsMs.length; i++) {
    const low = i === 0 ? 0 : boundsMs[i - 1]!, high = boundsMs[i]!;
    if (high <= ms) {
      sum += counts[i]!;
      continue;
    }
    if (ms > low) sum += (counts[i]! * (ms - low)) / (high - low);
    break;
  }
  return sum;
}
