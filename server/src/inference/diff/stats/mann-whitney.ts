import { activeSteps, designEffect } from './design-effect.ts';
import { normal, sum } from './proportions.ts';
import { studentTail } from './special.ts';

/** Counts by histogram bucket (index of the layout), one histogram a step. */
export type SteppedHistogram = readonly (readonly number[])[];

/** How far latencies of one window lie above those of another, and how likely chance alone makes it so. */
export interface Shift {
  /** Chance that a request of `after` is slower than one of `before`, ties half: 0.5 = none (Vargha & Delaney's A, 2000). */
  readonly superiority: number;
  readonly pValue: number;
}

/**
 * Mann and Whitney's test on histograms (1947; ties as in Lehmann 1975 §1.4): requests in one bucket are tied. The variance
 * is multiplied by the design effect of the steps, taken of the requests' ridits (their mid-ranks in both windows together,
 * Bross 1958), so that a slow minute is one event and not a thousand.
 */
export function compareLatencies(before: SteppedHistogram, after: SteppedHistogram): Shift {
  const size = Math.max(0, ...[...before, ...after].map((counts) => counts.length));
  const a = totals(before, size), b = totals(after, size);
  const [n1, n2] = [sum(a), sum(b)];
  const n = n1 + n2;
  if (n1 === 0 || n2 === 0) return { superiority: 0.5, pValue: 1 };

  let below = 0, wins = 0, ties = 0, belowBefore = 0;
  const ridits = a.map((count, k) => {
    const here = count + b[k]!;
    wins += b[k]! * (belowBefore + count / 2);
    belowBefore += count;
    ties += (here / n) ** 3;
    const ridit = (below + here / 2) / n;
    below += here;
    return ridit;
  });
  const superiority = wins / (n1 * n2);
  const effect = latencyDesignEffect(before, after, ridits);
  const variance = ((1 - ties) / 12) * (1 / n1 + 1 / n2) * effect;
  if (variance <= 0) return { superiority, pValue: 1 };
  const steps = activeSteps(before.map(sum)) + activeSteps(after.map(sum));
  const freedom = effect > 1 && steps > 2 ? steps - 2 : normal;
  return { superiority, pValue: studentTail((superiority - 0.5) / Math.sqrt(variance), freedom) };
}

function latencyDesignEffect(before: SteppedHistogram, after: SteppedHistogram, ridits: readonly number[]): number {
  return designEffect([before, after].map((steps) => {
    const numerators = steps.map((counts) => counts.reduce((total, count, k) => total + count * ridits[k]!, 0));
    const denominators = steps.map(sum);
    const n = Math.max(1, sum(denominators)), mean = sum(numerators) / n;
    const squares = steps.reduce((total, counts) => total + counts.reduce((part, count, k) => part + count * (ridits[k]! - mean) ** 2, 0), 0);
    return { numerators, denominators, variance: squares / n };
  }));
}

/** All steps of a histogram together, as `size` counts. */
export function totals(steps: SteppedHistogram, size: number): number[] {
  const sums = new Array<number>(size).fill(0);
  for (const counts of steps) counts.forEach((count, k) => { sums[k]! += count; });
  return sums;
}
