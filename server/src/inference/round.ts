const powers = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** To 4 significant digits; null stays null. Powers of ten up to 10²² are exact, so equal inputs give equal outputs. */
export function round4(x: number | null): number | null {
  if (x === null || !Number.isFinite(x)) return null;
  if (x === 0) return 0;
  const digits = 3 - Math.floor(Math.log10(Math.abs(x)));
  const power = powers[Math.min(22, Math.abs(digits))] ?? 1;
  return digits >= 0 ? Math.round(x * power) / power : Math.round(x / power) * power;
}
