import type { Range } from '../../lib/view-state.ts';
import { xOf } from './axis.ts';

export interface TrafficSteps {
  readonly stepSeconds: number;
  /** Unix seconds, start of each step. */
  readonly time: readonly number[];
  readonly requestsPerSecond: readonly (number | null)[];
  readonly errorsPerSecond: readonly (number | null)[];
  /** Errors that callers alone saw: beside the requests, drawn above their errors. */
  readonly callerErrorsPerSecond: readonly (number | null)[];
}

export interface Bar { readonly x: number; readonly width: number; readonly requests: number; readonly errors: number; readonly callerErrors: number; readonly measured: boolean }

export interface Bars {
  readonly bars: readonly Bar[];
  /** Requests per second that fill the height. */
  readonly top: number;
  /** Errors are drawn this many times as high as requests. */
  readonly errorFactor: number;
}

const factors = [1, 2, 5, 10, 20, 50, 100] as const;
/** Errors may fill this part of the height. */
const errorRoom = 0.5;

/** Heights in pixels of requests and errors per step, those that callers alone saw on top. Errors are magnified by a round factor, the same for all steps. */
export function barsOf(steps: TrafficSteps, axis: Range, width: number, height: number): Bars {
  const requests = steps.requestsPerSecond.map((value) => value ?? 0);
  const errors = steps.errorsPerSecond.map((value) => value ?? 0);
  const callerErrors = steps.callerErrorsPerSecond.map((value) => value ?? 0);
  const all = errors.map((value, i) => value + (callerErrors[i] ?? 0));
  const top = Math.max(1e-9, ...requests, ...all);
  const most = Math.max(0, ...all);
  const errorFactor = most === 0 ? 1 : (factors.findLast((factor) => most * factor <= top * errorRoom) ?? 1);
  const wide = (steps.stepSeconds / (axis.to - axis.from)) * width;
  const gap = wide > 3 ? 1 : 0;
  const high = (count: number): number => Math.min(height, ((count * errorFactor) / top) * height);
  const bars = steps.time.flatMap((time, i): Bar[] => {
    const from = Math.max(0, xOf(time, axis, width));
    const to = Math.min(width, xOf(time + steps.stepSeconds, axis, width));
    if (to <= 0 || from >= width) return [];
    return [{ x: from, width: Math.max(0.5, to - from - gap), requests: (requests[i]! / top) * height, errors: high(errors[i]!), callerErrors: high(all[i]!) - high(errors[i]!), measured: (steps.requestsPerSecond[i] ?? null) !== null }];
  });
  return { bars, top, errorFactor };
}

/** All bars as three paths: three elements, however many steps. */
export function pathsOf({ bars }: Bars, height: number): { readonly requests: string; readonly errors: string; readonly callerErrors: string } {
  const rect = ({ x, width }: Bar, high: number, floor = height): string => (high <= 0 ? '' : `M${x.toFixed(1)} ${floor}v${(-Math.max(1, high)).toFixed(1)}h${width.toFixed(1)}V${floor}z`);
  return {
    requests: bars.map((bar) => rect(bar, bar.requests)).join(''),
    errors: bars.map((bar) => rect(bar, bar.errors)).join(''),
    callerErrors: bars.map((bar) => rect(bar, bar.callerErrors, Math.round((height - bar.errors) * 10) / 10)).join(''),
  };
}

/** The step at a time, with its rates; null where the steps do not reach. */
export function stepAt({ stepSeconds, time, requestsPerSecond, errorsPerSecond, callerErrorsPerSecond }: TrafficSteps, at: number): { readonly time: number; readonly requests: number | null; readonly errors: number | null; readonly callerErrors: number | null } | null {
  const i = time.findIndex((start) => at >= start && at < start + stepSeconds);
  return i < 0 ? null : { time: time[i]!, requests: requestsPerSecond[i] ?? null, errors: errorsPerSecond[i] ?? null, callerErrors: callerErrorsPerSecond[i] ?? null };
}
