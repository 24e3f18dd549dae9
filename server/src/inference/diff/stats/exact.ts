import { logChoose } from './special.ts';

/** Outcomes whose probability equals the observed one up to rounding count as «as unlikely». */
const tie = 1 + 1e-7;

/**
 * Fisher's exact test of two proportions, two-sided: given the margins, the chance of a table no likelier than the one
 * seen (Fisher 1935). Whole numbers, successes ≤ trials. Walks over the smaller margin, so a few failures among millions
 * cost a few steps.
 */
export function fisherExact(successes1: number, trials1: number, successes2: number, trials2: number): number {
  const total = trials1 + trials2, hits = successes1 + successes2;
  if (hits === 0 || hits === total || trials1 === 0 || trials2 === 0) return 1;
  if (hits > total - hits) return fisherExact(trials1 - successes1, trials1, trials2 - successes2, trials2);
  const all = logChoose(total, hits);
  const probability = (x: number): number => Math.exp(logChoose(trials1, x) + logChoose(trials2, hits - x) - all);
  return sumUnlikely(probability, successes1, Math.max(0, hits - trials2), Math.min(hits, trials1));
}

/**
 * Exact binomial test, two-sided: the chance of a count no likelier than `count` of `total` where each falls in with
 * probability `share`. Two Poisson counts with exposures t1 and t2 compare so, with share t1 / (t1 + t2), given their sum
 * (Przyborowski & Wilenski 1940).
 */
export function binomialExact(count: number, total: number, share: number): number {
  if (total === 0 || share <= 0 || share >= 1) return 1;
  const probability = (x: number): number => Math.exp(logChoose(total, x) + x * Math.log(share) + (total - x) * Math.log1p(-share));
  return sumUnlikely(probability, count, 0, total);
}

/**
 * The chance that all of `active` steps fall among `here` of `here + elsewhere` equally likely ones: how easily something
 * that is active now and then is missed by one of two windows.
 */
export function allOnOneSide(active: number, here: number, elsewhere: number): number {
  if (active <= 0 || active > here) return 1;
  return Math.exp(logChoose(here, active) - logChoose(here + elsewhere, active));
}

function sumUnlikely(probability: (x: number) => number, observed: number, from: number, to: number): number {
  const bound = probability(observed) * tie;
  let sum = 0;
  for (let x = from; x <= to; x++) {
    const p = probability(x);
    if (p <= bound) sum += p;
  }
  return Math.min(1, sum);
}
