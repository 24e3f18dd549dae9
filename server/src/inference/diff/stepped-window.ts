import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { SteppedWindow } from './activity.ts';

/** Steps of a window: enough to see how traffic varies, few enough to read for thousands of edges. */
const wanted = 20;

/**
 * Cuts the part of a window that has data into at most 20 whole steps. What lies before the first data and after the last
 * whole step is left out: an unfinished step would look like less traffic.
 * @param covered Unix seconds between which data is complete
 */
export function steppedWindow(window: TimeWindow, covered: { readonly from: number; readonly to: number }): SteppedWindow {
  const { step } = window;
  const from = Math.ceil(Math.max(window.from, covered.from) / step) * step;
  const to = Math.floor(Math.min(window.to, covered.to) / step) * step;
  const length = Math.max(0, to - from);
  const stepSeconds = Math.max(1, Math.ceil(length / wanted / step)) * step;
  return { from, step, stepSeconds, steps: Math.floor(length / stepSeconds) };
}
