/** A ratio observed in steps: what was counted in each, among how much. */
export interface SteppedRatio {
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
  /** Variance of one observation, were all independent: p (1 − p) for a proportion. */
  readonly variance: number;
}

/**
 * How much more the ratio varies from step to step than independent observations would, over both windows together, at
 * least 1: the design effect of a ratio estimator with the steps as clusters,
 *
 *     d = Σ_w K_w / (K_w − 1) · Σ_i (x_i − r_w n_i)²  /  Σ_w n_w v_w
 *
 * Dividing counts by it makes ordinary tests valid for bursty data (Rao & Scott 1992, «A simple method for the analysis
 * of clustered binary data», with a common effect for both groups). Steps without observations do not count.
 */
export function designEffect(windows: readonly SteppedRatio[]): number {
  let between = 0, expected = 0;
  for (const { numerators, denominators, variance } of windows) {
    let total = 0, hits = 0, steps = 0;
    denominators.forEach((n, i) => {
      if (n <= 0) return;
      total += n;
      hits += numerators[i] ?? 0;
      steps++;
    });
    if (steps < 2) continue;
    const ratio = hits / total;
    let squares = 0;
    denominators.forEach((n, i) => { if (n > 0) squares += ((numerators[i] ?? 0) - ratio * n) ** 2; });
    between += (steps / (steps - 1)) * squares;
    expected += total * variance;
  }
  return expected > 0 ? Math.max(1, between / expected) : 1;
}

/** Steps that hold observations. */
export function activeSteps(denominators: readonly number[]): number {
  let steps = 0;
  for (const n of denominators) if (n > 0) steps++;
  return steps;
}
