import { clock } from '../../lib/format.ts';
import { date } from '../../lib/moments.ts';
import type { Range } from '../../lib/view-state.ts';

/** Lengths that the time bar shows, seconds. */
const lengths = [900, 2700, 10_800, 43_200, 172_800, 604_800, 2_592_000] as const;
/** A live window has this much of the past beside it. */
const pastPerWindow = 4;

const steps = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000] as const;

/** The axis of a live window: its own length and the past before it, ending at the next full `step`. */
export function liveAxis(seconds: number, now: number, step: number): Range {
  const length = lengths.find((one) => one >= seconds * pastPerWindow) ?? lengths.at(-1)!;
  const to = Math.ceil(now / step) * step;
  return { from: to - length, to };
}

/**
 * The axis of a fixed window. One that holds the window already stays where it is, so that choosing on the axis moves
 * nothing; otherwise the window stands in the middle third, or as near to it as the present allows.
 */
export function fixedAxis(window: Range, current: Range | null, now: number): Range {
  const seconds = window.to - window.from;
  const fits = current !== null && window.from >= current.from && window.to <= current.to && seconds * 60 >= current.to - current.from;
  if (fits) return current;
  const length = lengths.find((one) => one >= seconds * 3) ?? Math.max(seconds, lengths.at(-1)!);
  const middle = (window.from + window.to) / 2;
  const to = Math.max(window.to, Math.min(middle + length / 2, now));
  return { from: Math.round(to - length), to: Math.round(to) };
}

/** The axis of a window within a recording: all of it, for there is nothing beyond; null where the window would be too small to be seen on it. */
export function recordedAxis(window: Range, recorded: Range): Range | null {
  const fits = window.from >= recorded.from && window.to <= recorded.to && (window.to - window.from) * 60 >= recorded.to - recorded.from;
  return fits ? recorded : null;
}

/** The axis of two windows that are compared: both, with a little room; null where one would be less than a hundredth of it. */
export function comparedAxis(window: Range, other: Range, now: number): Range | null {
  const from = Math.min(window.from, other.from), to = Math.max(window.to, other.to);
  const room = (to - from) * 0.08;
  const shortest = Math.min(window.to - window.from, other.to - other.from);
  return shortest * 100 < to - from ? null : { from: Math.round(from - room), to: Math.round(Math.max(to, Math.min(to + room, now))) };
}

/** The axis moved by a part of its length (negative = into the past), never beyond the present. */
export function shiftedAxis(axis: Range, part: number, now: number): Range {
  const by = Math.min((axis.to - axis.from) * part, Math.max(0, now - axis.to));
  return { from: Math.round(axis.from + by), to: Math.round(axis.to + by) };
}

export interface Tick { readonly time: number; readonly text: string }

/** Marks at round local times, at least `apart` pixels from each other; a new day by its date, and the first where it is not today's. */
export function ticksOf(axis: Range, width: number, now: number, apart = 84): readonly Tick[] {
  const seconds = axis.to - axis.from;
  if (width <= 0 || seconds <= 0) return [];
  const least = (seconds * apart) / width;
  const step = steps.find((one) => one >= least) ?? Math.ceil(least / 86_400) * 86_400;
  const zone = new Date(axis.from * 1000).getTimezoneOffset() * 60;
  const ticks: Tick[] = [];
  for (let time = Math.ceil((axis.from - zone) / step) * step + zone; time <= axis.to; time += step) ticks.push({ time, text: tickText(time, step, now) });
  const [first] = ticks;
  if (first && date(first.time, now) !== date(now, now) && !first.text.startsWith(date(first.time, now))) ticks[0] = { time: first.time, text: `${date(first.time, now)} ${first.text}` };
  return ticks;
}

function tickText(time: number, step: number, now: number): string {
  const text = clock(time, step < 60);
  return step >= 86_400 || /^00:00(:00)?$/.test(text) ? date(time, now) : text;
}

/** Pixels from the left end of an axis. */
export function xOf(time: number, axis: Range, width: number): number {
  return ((time - axis.from) / (axis.to - axis.from)) * width;
}

/** Unix seconds at a place of an axis, within it. */
export function timeAt(x: number, axis: Range, width: number): number {
  const part = width > 0 ? Math.min(1, Math.max(0, x / width)) : 0;
  return axis.from + part * (axis.to - axis.from);
}
