const powers = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** To 4 significant digits; null stays null. Powers of ten up to 10²² are exact, so equal inputs give equal outputs. */
export function round4(x: number | null): number | null {
  if (x === null || !Number.isFinite(x)) return null;
  if (x === 0) return 0;
  const digits = 3 - exponent(Math.abs(x));
  const power = powers[Math.min(22, Math.abs(digits))] ?? 1;
  return digits >= 0 ? Math.round(x * power) / power : Math.round(x / power) * power;
}

/** The power of ten that begins a number: 0 of 1 … 9.99. Most are small and found faster than their logarithm. */
function exponent(x: number): number {
  if (x < 1 && x >= 1e-4) return x >= 0.01 ? (x >= 0.1 ? -1 : -2) : x >= 0.001 ? -3 : -4;
  if (x < 1 || x >= 1e9) return Math.floor(Math.log10(x));
  let power = 0;
  while (x >= powers[power + 1]!) power++;
  return power;
}
