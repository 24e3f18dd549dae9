import { tierSteps, tierTtl, type TierStep, type TimeWindow } from '@orrery/collectors/model/time-window';

/** A part of a window and the tier that answers it, [from, to) in Unix seconds. */
export interface TierSegment { readonly table: string; readonly step: TierStep; readonly from: number; readonly to: number }

/** How far the tiers are filled. */
export interface TierProgress {
  /** Unix seconds by step: buckets that start before it are in that tier. */
  readonly completeUntil: ReadonlyMap<TierStep, number>;
  /** By step, starts of those among them into which rows came since they were rolled up. */
  readonly touched: ReadonlyMap<TierStep, ReadonlySet<number>>;
}

/** Where nothing was rolled up. */
export const noTiers: TierProgress = { completeUntil: new Map(), touched: new Map() };

export const tierTables: Readonly<Record<TierStep, string>> = { 10: 'edge_traffic_10s', 60: 'edge_traffic_1m', 600: 'edge_traffic_10m', 3600: 'edge_traffic_1h' };

/**
 * Which tier answers which part of a window: the window's own tier as far as its roll-up has come, and for what is left, or
 * was touched since, the next finer one, down to the 10 s tier that collectors write. Where only sums are wanted, `coarsest` lets whole
 * buckets of coarser tiers stand for the middle of the window: an hour is then some 30 buckets to read and not 60.
 * No bucket is in two segments, and none is left out; segments are in the order of time.
 * @param now Unix seconds: a finer tier is not asked for what is older than it keeps
 */
export function tierSegments(window: TimeWindow, { completeUntil, touched }: TierProgress, now: number, coarsest: TierStep = window.step): TierSegment[] {
  const segments: TierSegment[] = [];
  const cover = (step: TierStep, from: number, to: number): void => {
    if (from >= to) return;
    const finer = finerThan(step);
    if (finer === null) {
      segments.push({ table: tierTables[step], step, from, to });
      return;
    }
    // Only what is coarser than the window's own step can begin inside one of its buckets.
    const begin = step > window.step ? Math.ceil(from / step) * step : from;
    const kept = Math.ceil((now - tierTtl[finer]) / step) * step;
    const reached = Math.max(completeUntil.get(step) ?? 0, step > window.step ? 0 : kept);
    const end = Math.floor(Math.min(to, reached) / step) * step;
    if (end <= begin) {
      cover(finer, from, to);
      return;
    }
    // What is not to be read of this tier, one stretch for what adjoins: before the first bucket, those touched, behind the last.
    let finerFrom = from;
    const since = touchedIn(touched.get(step), Math.max(begin, kept), end);
    for (let at = begin; at < end; ) {
      const next = since.find((one) => one >= at) ?? end;
      if (next > at) {
        cover(finer, finerFrom, at);
        segments.push({ table: tierTables[step], step, from: at, to: next });
        finerFrom = next;
      }
      at = next + step;
    }
    cover(finer, finerFrom, to);
  };
  cover(coarsest, window.from, window.to);
  return segments;
}

/** Those in [from, to), in the order of time. */
function touchedIn(buckets: ReadonlySet<number> | undefined, from: number, to: number): number[] {
  return buckets ? [...buckets].filter((at) => at >= from && at < to).sort((a, b) => a - b) : [];
}

/** The buckets of the next finer tier that a segment is rolled up from; none of the finest. */
export function finerSegments({ step, from, to }: TierSegment): TierSegment[] {
  const finer = finerThan(step);
  return finer === null ? [] : Array.from({ length: (to - from) / finer }, (_, i) => ({ table: tierTables[finer], step: finer, from: from + i * finer, to: from + (i + 1) * finer }));
}

/** The step of the next finer tier; null for the finest. */
export function finerThan(step: TierStep): TierStep | null {
  return tierSteps[tierSteps.indexOf(step) - 1] ?? null;
}
