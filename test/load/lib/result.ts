/** One measured number, beside its limit where it has one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Largest value that passes; with `atLeast`, the smallest. */
  readonly limit?: number;
  readonly atLeast?: boolean;
}

/** What a benchmark's `run()` gives back: figures for people, and its entry in the last line of JSON. */
export interface BenchResult {
  readonly figures: readonly Figure[];
  readonly result: Readonly<Record<string, number | string | Readonly<Record<string, number>>>>;
}

export const passes = ({ value, limit, atLeast }: Figure): boolean =>
  limit === undefined || (Number.isFinite(value) && (atLeast === true ? value >= limit : value <= limit));

/** `name  value unit  (limit ≤ n)` with a mark. */
export function describeFigure(figure: Figure): string {
  const limit = figure.limit === undefined ? '' : `   limit ${figure.atLeast === true ? '≥' : '≤'} ${figure.limit} ${figure.unit}   ${passes(figure) ? 'ok' : 'MISSED'}`;
  return `  ${figure.name.padEnd(34)} ${String(Math.round(figure.value * 1000) / 1000).padStart(10)} ${figure.unit}${limit}`;
}

/** The q-quantile by nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}
