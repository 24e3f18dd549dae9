import { activeSteps, designEffect } from '../../inference/diff/stats/design-effect.ts';
import { binomialExact } from '../../inference/diff/stats/exact.ts';
import { normal, sum, type SteppedCounts } from '../../inference/diff/stats/proportions.ts';
import { studentTail } from '../../inference/diff/stats/special.ts';

/** A share of trials, how sure it is, and whether it may be the expected one. */
export interface ShareTest {
  /** 0 … 1; 0 without trials. */
  readonly share: number;
  /** 95 % confidence interval by Wilson's score. */
  readonly interval: readonly [low: number, high: number];
  /** p-value of «the share is the expected one», two-sided. */
  readonly pValue: number;
}

/** Below so many expected in either cell the exact test is used. */
const leastExpected = 10;
/** Two-sided 95 % of the normal distribution. */
const z95 = 1.959964;

/**
 * Tests an observed share against the one that configuration names. Counts are first divided by the design effect of
 * their steps (Rao & Scott 1992), so that one burst does not pass for as many decisions as it has requests; then the
 * exact binomial test where few are expected, else the score test referred to Student's t. The interval is Wilson's (1927).
 */
export function testShare({ hits, trials }: SteppedCounts, expected: number): ShareTest {
  const n = sum(trials), x = sum(hits);
  if (n <= 0) return { share: 0, interval: [0, 1], pValue: 1 };
  const share = x / n, effect = designEffect([{ numerators: hits, denominators: trials, variance: share * (1 - share) }]);
  const effective = n / effect, hit = x / effect;
  return { share, interval: wilson(share, effective), pValue: pValueOf(hit, effective, expected, effect > 1 ? activeSteps(trials) - 1 : normal) };
}

function pValueOf(hits: number, trials: number, expected: number, freedom: number): number {
  if (expected <= 0) return hits > 0 ? 0 : 1;
  if (expected >= 1) return hits < trials ? 0 : 1;
  if (trials * Math.min(expected, 1 - expected) < leastExpected) return binomialExact(Math.min(Math.round(hits), Math.round(trials)), Math.round(trials), expected);
  return studentTail((hits / trials - expected) / Math.sqrt((expected * (1 - expected)) / trials), Math.max(1, freedom));
}

function wilson(share: number, n: number): readonly [number, number] {
  const square = (z95 * z95) / n, centre = (share + square / 2) / (1 + square);
  const half = (z95 / (1 + square)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
