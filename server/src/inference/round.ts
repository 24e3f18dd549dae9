const powers = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** To 4 significant digits; null stays null. Powers of ten up to 10²² are exact, so equal inputs give equal outputs. */
export function round4(x: number | null): number | null {
  return x === null || !Number.isFinite(x) ? null : rounded(x);
}

/** As `round4` of one of many numbers, where it lies; what is none becomes NaN. */
export function round4At(numbers: Float64Array, i: number): void {
  numbers[i] = Number.isFinite(numbers[i]) ? rounded(numbers[i]!) : NaN;
}

function rounded(x: number): number {
  if (x === 0) return 0;
  const digits = 3 - exponent(Math.abs(x));
  const power = powers[Math.min(22, Math.abs(digits))] ?? 1;
  return digits >= 0 ? Math.round(x * power) / power : Math.round(x / power) * power;
}

/**
 * The tenths of a per cent that a text shows of a share 0 … 1, 0 for `< 0.1 %`. Texts of the server and of the console round alike
 * (`percent` of web/src/lib/format.ts), and less than all is never 100 %.
 */
export function tenthsOf(share: number): number {
  if (share < 0.0005) return 0;
  if (share >= 1) return 1000;
  const tenths = share * 1000, isSure = Math.abs(tenths - Math.floor(tenths) - 0.5) > unsure;
  // Texts are rounded by `toFixed`, which takes long.
  return Math.min(999, isSure ? Math.round(tenths) : Math.round(Number((share * 100).toFixed(1)) * 10));
}

/** So near a half the arithmetic may err on either side. */
const unsure = 1e-6;

/** As far as 4 digits of a share may be from it, in tenths of a per cent, with room for the error of the arithmetic. */
const furthest = 0.051;

/** A share 0 … 1 to 4 digits, which show the same tenths of a per cent as the share itself: rounded twice, 12.549 % would become 12.6 %. */
export function roundShare(share: number | null): number | null {
  const rounded = round4(share);
  if (share === null || rounded === null) return rounded;
  const tenths = share * 1000, fromHalf = Math.abs(tenths - Math.floor(tenths) - 0.5);
  if ((fromHalf > furthest && share < 0.999) || tenthsOf(rounded) === tenthsOf(share)) return rounded;
  return round4(rounded + Math.sign(share - rounded) * 10 ** (exponent(share) - 3));
}

/** The power of ten that begins a number: 0 of 1 … 9.99. Most are small and found faster than their logarithm. */
function exponent(x: number): number {
  if (x < 1 && x >= 1e-4) return x >= 0.01 ? (x >= 0.1 ? -1 : -2) : x >= 0.001 ? -3 : -4;
  if (x < 1 || x >= 1e9) return Math.floor(Math.log10(x));
  let power = 0;
  while (x >= powers[power + 1]!) power++;
  return power;
}
