/**
 * q-values of p-values by Benjamini & Hochberg (1995): claiming all with q ≤ α keeps the expected share of false claims at
 * α, also under the positive dependence of tests that share data (Benjamini & Yekutieli 2001).
 * @param tests how many tests there are; those not among `pValues` count as p = 1
 */
export function qValues(pValues: readonly number[], tests = pValues.length): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[j]! - pValues[i]!);
  const out = new Array<number>(pValues.length).fill(1);
  let least = 1;
  order.forEach((i, place) => {
    const rank = pValues.length - place;
    least = Math.min(least, pValues[i]! * (Math.max(tests, pValues.length) / rank));
    out[i] = least;
  });
  return out;
}
