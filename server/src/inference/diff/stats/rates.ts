import { binomialExact } from './exact.ts';
import { normal, sum } from './proportions.ts';
import { studentTail } from './special.ts';

/** Below so many events (after division by the dispersion) the exact test is used. */
const exactBelow = 50;

/**
 * p-value of «both windows have the same rate of events», from counts in equally long steps (of `seconds` each; the two
 * windows may have steps of different length). Quasi-Poisson: the dispersion is Pearson's, within each window,
 *
 *     φ = Σ_w Σ_i (x_i − m_w)² / m_w  /  (K₁ + K₂ − 2),   at least 1
 *
 * (McCullagh & Nelder 1989, §6.2), and the difference of the rates is referred to Student's t
 * (to the normal distribution where φ is 1). Few events: the exact
 * conditional test on counts divided by φ.
 */
export function compareRates(before: readonly number[], beforeSeconds: number, after: readonly number[], afterSeconds: number): number {
  const freedom = before.length + after.length - 2;
  if (freedom < 1) return 1;
  const dispersion = Math.max(1, (pearson(before) + pearson(after)) / freedom);
  const [t1, t2] = [before.length * beforeSeconds, after.length * afterSeconds];
  const [n1, n2] = [sum(before), sum(after)];
  if (n1 + n2 === 0) return 1;
  if ((n1 + n2) / dispersion < exactBelow) {
    const [x1, x2] = [Math.floor(n1 / dispersion + 1e-9), Math.floor(n2 / dispersion + 1e-9)];
    return binomialExact(x1, x1 + x2, t1 / (t1 + t2));
  }
  const pooled = (n1 + n2) / (t1 + t2);
  const t = (n2 / t2 - n1 / t1) / Math.sqrt(dispersion * pooled * (1 / t1 + 1 / t2));
  return studentTail(t, dispersion > 1 ? freedom : normal);
}

/**
 * p-value of «both windows have the same mean» for amounts that are no counts of events, such as bytes: Welch's test of
 * the steps' amounts per second (Welch 1947), with Satterthwaite's degrees of freedom.
 */
export function compareMeans(before: readonly number[], beforeSeconds: number, after: readonly number[], afterSeconds: number): number {
  const a = moments(before.map((x) => x / beforeSeconds)), b = moments(after.map((x) => x / afterSeconds));
  if (before.length < 2 || after.length < 2) return 1;
  const [va, vb] = [a.variance / before.length, b.variance / after.length];
  if (va + vb === 0) return a.mean === b.mean ? 1 : 0;
  const freedom = (va + vb) ** 2 / (va ** 2 / (before.length - 1) + vb ** 2 / (after.length - 1));
  return studentTail((b.mean - a.mean) / Math.sqrt(va + vb), freedom);
}

function pearson(counts: readonly number[]): number {
  const { mean, variance } = moments(counts);
  return mean > 0 ? (variance * (counts.length - 1)) / mean : 0;
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = sum(values) / Math.max(1, values.length);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, variance: values.length < 2 ? 0 : squares / (values.length - 1) };
}
