import type { Range } from '../../lib/view-state.ts';
import { shortestWindow } from './brush.ts';

/** How much time passes in one second of playing. */
export const speeds = [10, 60, 300] as const;
export type Speed = (typeof speeds)[number];

export function nextSpeed(speed: Speed): Speed {
  return speeds[(speeds.indexOf(speed) + 1) % speeds.length]!;
}

/**
 * The window that playing begins with: the one shown, where time is left after it; else one as long at the beginning of the
 * axis, a fifth of the axis at most, so that there is something to play. All on full steps.
 */
export function firstPlayed(shown: Range, step: number, axis: Range, end: number): Range {
  if (shown.to + step <= end && shown.from >= axis.from) return shown;
  const unit = Math.max(step, shortestWindow);
  const length = Math.max(unit, Math.floor(Math.min(shown.to - shown.from, (end - axis.from) / 5) / unit) * unit);
  const from = Math.ceil(axis.from / unit) * unit;
  return { from, to: from + length };
}

/** The window shown one second later, null where it would go beyond `end`. */
export function nextPlayed({ from, to }: Range, speed: Speed, step: number, end: number): Range | null {
  const by = Math.max(1, Math.round(speed / step)) * step;
  return to + by > end ? null : { from: from + by, to: to + by };
}
