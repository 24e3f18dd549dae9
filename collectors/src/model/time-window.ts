/** A half-open interval [from, to) in Unix seconds, snapped to `step`. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
  /** Seconds of the tier that answers it: 10, 60, 600 or 3600. */
  readonly step: TierStep;
}

/** Seconds of a bucket of each tier; each is a multiple of the one before. */
export const tierSteps = [10, 60, 600, 3600] as const;
/** A tier, by the seconds of its buckets. */
export type TierStep = (typeof tierSteps)[number];

/** Retention of each tier in seconds (design §4 «Roll-ups»): 6 h, 2 d, 14 d, 400 d. */
export const tierTtl: Readonly<Record<TierStep, number>> = { 10: 21_600, 60: 172_800, 600: 1_209_600, 3600: 34_560_000 };

/**
 * Snaps a window to the coarsest tier that still gives it at least 15 buckets, outwards, within the tiers' retention.
 * @throws RangeError when `to` is not after `from`.
 */
export function timeWindow(from: number, to: number, now: number): TimeWindow {
  if (!(to > from)) throw new RangeError(`the window must end after it begins: ${from} … ${to}`);
  let step: TierStep = 10;
  for (const candidate of tierSteps) {
    const fits = (to - from) / candidate >= 15;
    const tooOld = now - from > tierTtl[step];
    if (fits || tooOld) step = candidate;
  }
  return { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step, step };
}

/** Seconds of a live window from which on it begins with a whole minute. */
const wholeMinutesFrom = 300;

/**
 * The window of so many seconds that ends now. Of five minutes or more it begins with a whole minute, up to 50 s before what
 * was asked: else the oldest minute would be read in tens of seconds, and every ten seconds in others.
 */
export function liveWindow(seconds: number, now: number): TimeWindow {
  const window = timeWindow(now - seconds, now, now);
  return seconds < wholeMinutesFrom ? window : { ...window, from: Math.floor(window.from / 60) * 60 };
}

/** The live window that comes after it. */
export function nextWindow({ from, to, step }: TimeWindow): TimeWindow {
  return { from: from + (to - from < wholeMinutesFrom ? step : Math.max(60, step)), to: to + step, step };
}

/** Start of the 10 s bucket that holds a time in Unix seconds. */
export function bucketOf(seconds: number, step: TierStep = 10): number {
  return Math.floor(seconds / step) * step;
}
