const firstMs = 250;
const longestMs = 30_000;

/**
 * Pause before the next try: doubles with each failure in a row up to 30 s, less a random part of up to one half,
 * so that many clients of one relay do not come back at once.
 * @param failures 0 for the first
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20));
  return ceiling * (1 - random / 2);
}
