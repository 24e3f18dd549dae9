import type { Range, ViewState } from '../../lib/view-state.ts';

/** How far apart the two windows lie: of the same length, beside each other or with some time between their beginnings. */
export const distances = [
  { before: 'right before', after: 'right after', seconds: null },
  { before: '1 h earlier', after: '1 h later', seconds: 3_600 },
  { before: '1 d earlier', after: '1 d later', seconds: 86_400 },
  { before: '1 w earlier', after: '1 w later', seconds: 604_800 },
] as const;

/** The window to compare with; `seconds` null = the one that ends where this one begins. */
export function earlierWindow({ from, to }: Range, seconds: number | null): Range {
  const back = seconds ?? to - from;
  return { from: from - back, to: to - back };
}

/** The same the other way: the window after the one that it is compared with. */
export function laterWindow({ from, to }: Range, seconds: number | null): Range {
  const on = seconds ?? to - from;
  return { from: from + on, to: to + on };
}

/** Windows before and after a moment, each of `length` seconds, the later one not beyond now. */
export function around(time: number, length: number, now: number): { readonly before: Range; readonly after: Range } {
  const moment = Math.floor(time / 10) * 10;
  return { before: { from: moment - length, to: moment }, after: { from: moment, to: Math.max(moment + 10, Math.min(moment + length, Math.floor(now / 10) * 10)) } };
}

/** Of each of the two windows around an event. */
const aroundSeconds = 600;

/** The view of what an event changed: the time before and after it. `now` in Unix seconds. */
export function viewAround(time: number, now: number): Pick<ViewState, 'window' | 'compare' | 'selection' | 'states'> {
  const { before, after } = around(time, aroundSeconds, now);
  return { window: { kind: 'range', ...after }, compare: before, selection: null, states: [] };
}

/** What a view loses when its comparison ends; states of change mean nothing without one. */
export const withoutComparison = { compare: null, states: [] } as const;

/** Shorter windows hold few steps of 10 s: what steps vary by themselves can hardly be told from a change. */
const tellingSeconds = 60;

/** True if one of two windows is too short for most changes to be told from chance. */
export function tooShort(a: Range, b: Range): boolean {
  return Math.min(a.to - a.from, b.to - b.from) < tellingSeconds;
}
