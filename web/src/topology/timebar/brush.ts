import type { Range } from '../../lib/view-state.ts';

/** The shortest window that the server answers, seconds. */
export const shortestWindow = 10;

/** The window between two times of a drag in either direction, on full steps, at least one step long and within the axis. */
export function brushed(a: number, b: number, step: number, axis: Range): Range {
  const unit = Math.max(step, shortestWindow);
  const from = Math.floor(Math.min(a, b) / unit) * unit;
  const to = Math.max(Math.ceil(Math.max(a, b) / unit) * unit, from + unit);
  return clampedTo(axis, { from, to });
}

/** A window moved so that it ends at `to`, keeping its length, within the axis. */
export function endingAt(window: Range, to: number, step: number, axis: Range): Range {
  const end = Math.round(to / step) * step;
  return clampedTo(axis, { from: end - (window.to - window.from), to: end });
}

/** Moved back into the axis; a window longer than it keeps its length and ends with it. */
function clampedTo(axis: Range, { from, to }: Range): Range {
  const by = to > axis.to ? axis.to - to : from < axis.from ? Math.min(axis.from - from, axis.to - to) : 0;
  return { from: Math.round(from + by), to: Math.round(to + by) };
}

/** Where a key leads: one step, ten with Page keys, the ends; null for other keys. `'live'` = beyond the newest. */
export function keyed(key: string, window: Range, step: number, axis: Range): Range | 'live' | null {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
  if (key === 'End') return 'live';
  if (key === 'Home') return endingAt(window, axis.from + (window.to - window.from), step, axis);
  const by = steps[key];
  if (by === undefined) return null;
  const to = window.to + by * step;
  return to >= axis.to + step ? 'live' : endingAt(window, to, step, axis);
}
