/** When the failures began. */
export interface Onset {
  /** Unix seconds, start of the first bucket of the new level. */
  readonly time: number;
  /** Seconds of that bucket. */
  readonly precision: number;
  readonly ratioBefore: number;
  readonly ratioAfter: number;
  /** True where they were there already at the beginning of everything that was looked at. */
  readonly beyond: boolean;
}

/** Failures among all, bucket by bucket; buckets without traffic hold zeros. */
export interface FailureSeries {
  readonly time: readonly number[];
  readonly step: number;
  readonly failures: readonly number[];
  readonly all: readonly number[];
}

/** Log-likelihood ratio below which a level is not told from chance: e^8 times likelier than an even ratio. */
const leastEvidence = 8;
/** The ratio must rise by this factor and by this much. */
const leastFactor = 1.5, leastRise = 0.005;

/**
 * Finds the stretch of buckets whose failure ratio stands out most from the rest, by the scan statistic for Bernoulli data
 * (Kulldorff 1997): the interval with the largest
 *
 *     c ln(c/n) + (n−c) ln(1−c/n) + (C−c) ln((C−c)/(N−n)) + ((N−n)−(C−c)) ln(1−(C−c)/(N−n)) − [C ln(C/N) + (N−C) ln(1−C/N)]
 *
 * with a higher ratio inside than outside. It knows failures that go on and failures that are over. Null where the ratio is
 * even. An interval that starts with the series has no beginning here: `beyond`, and whoever asks looks further back.
 */
export function findOnset({ time, step, failures, all }: FailureSeries): Onset | null {
  const [C, N] = [total(failures), total(all)];
  if (C === 0 || N === 0) return null;
  const even = logLikelihood(C, N);
  let best = leastEvidence, found: { start: number; inside: number; outside: number } | null = null;
  for (let start = 0; start < time.length; start++) {
    if (all[start] === 0) continue;
    let c = 0, n = 0;
    for (let end = start; end < time.length; end++) {
      c += failures[end]!;
      n += all[end]!;
      if (n === N) break;
      const inside = n > 0 ? c / n : 0, outside = (C - c) / (N - n);
      if (inside < outside * leastFactor || inside - outside < leastRise) continue;
      const evidence = logLikelihood(c, n) + logLikelihood(C - c, N - n) - even;
      if (evidence > best + 1e-9) [best, found] = [evidence, { start, inside, outside }];
    }
  }
  const first = all.findIndex((n) => n > 0);
  if (!found) return C / N >= leastRise ? { time: time[first]!, precision: step, ratioBefore: C / N, ratioAfter: C / N, beyond: true } : null;
  return { time: time[found.start]!, precision: step, ratioBefore: found.outside, ratioAfter: found.inside, beyond: found.start === first };
}

function logLikelihood(c: number, n: number): number {
  return term(c, n) + term(n - c, n);
}

function term(count: number, n: number): number {
  return count <= 0 || n <= 0 ? 0 : count * Math.log(count / n);
}

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
