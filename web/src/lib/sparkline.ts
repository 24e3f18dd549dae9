import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';

export interface Spark {
  readonly line: string;
  readonly area: string;
}

interface Point { readonly time: number; readonly value: number | null }

/** Largest of several series, at least `least`: what a shared scale ends at. */
export function topOf(series: readonly (readonly (number | null)[])[], least: number): number {
  return Math.max(least, max(series.flat(), (value) => value ?? 0) ?? 0);
}

/** Paths of one series over a window; gaps where nothing was measured. */
export function spark(times: readonly number[], values: readonly (number | null)[], window: { readonly from: number; readonly to: number }, top: number, width: number, height: number): Spark {
  const x = scaleLinear([window.from, window.to], [0, width]).clamp(true);
  const y = scaleLinear([0, top], [height - 1, 1]);
  const points: Point[] = times.map((time, i) => ({ time, value: values[i] ?? null }));
  const measured = (point: Point): boolean => point.value !== null;
  return {
    line: line<Point>((point) => x(point.time), (point) => y(point.value ?? 0)).defined(measured)(points) ?? '',
    area: area<Point>((point) => x(point.time), height, (point) => y(point.value ?? 0)).defined(measured)(points) ?? '',
  };
}

/** Newest measured value. */
export function newest(values: readonly (number | null)[]): number | null {
  for (let i = values.length - 1; i >= 0; i--) if (values[i] !== null && values[i] !== undefined) return values[i]!;
  return null;
}
