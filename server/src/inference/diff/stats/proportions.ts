import { activeSteps, designEffect } from './design-effect.ts';
import { fisherExact } from './exact.ts';
import { studentTail } from './special.ts';

/** Hits among trials, step by step. */
export interface SteppedCounts { readonly hits: readonly number[]; readonly trials: readonly number[] }

/** Below so many expected in any cell the normal approximation is not used (Cochran 1954 asks for 5; tails far out for more). */
const leastExpected = 10;

/** Degrees of freedom at which Student's t is the normal distribution. */
export const normal = 1e6;

/**
 * p-value of «both windows have the same share of hits». Counts are first divided by the design effect of the steps, so
 * that a burst counts as what it is, one event. Then the pooled two-proportion score test, referred to Student's t with
 * K₁ + K₂ − 2 degrees of freedom where the design effect had to be estimated; Fisher's exact test where a cell is small.
 */
export function compareProportions(before: SteppedCounts, after: SteppedCounts): number {
  const steps = activeSteps(before.trials) + activeSteps(after.trials);
  const effect = designEffect([before, after].map(({ hits, trials }) => {
    const share = sum(hits) / Math.max(1, sum(trials));
    return { numerators: hits, denominators: trials, variance: share * (1 - share) };
  }));
  const [n1, n2] = [sum(before.trials) / effect, sum(after.trials) / effect];
  const [x1, x2] = [sum(before.hits) / effect, sum(after.hits) / effect];
  if (n1 <= 0 || n2 <= 0) return 1;
  const pooled = (x1 + x2) / (n1 + n2);
  if (pooled <= 0 || pooled >= 1) return 1;
  if (Math.min(n1, n2) * Math.min(pooled, 1 - pooled) < leastExpected) {
    const whole = (x: number, n: number): [number, number] => [Math.min(Math.floor(x + 1e-9), Math.round(n)), Math.round(n)];
    return fisherExact(...whole(x1, n1), ...whole(x2, n2));
  }
  const z = (x2 / n2 - x1 / n1) / Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return studentTail(z, effect > 1 && steps > 2 ? steps - 2 : normal);
}

/** 0 of no values. */
export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
