import type { Range } from '../../lib/view-state.ts';

/** How far back the other window lies: of the same length, right before or some time earlier. */
export const distances = [
  { name: 'right before', seconds: null },
  { name: '1 h earlier', seconds: 3_600 },
  { name: '1 d earlier', seconds: 86_400 },
  { name: '1 w earlier', seconds: 604_800 },
] as const;

/** The window to compare with; `seconds` null = the one that ends where this one begins. */
export function earlierWindow({ from, to }: Range, seconds: number | null): Range {
  const back = seconds ?? to - from;
  return { from: from - back, to: to - back };
}

/** Windows before and after a moment, each of `length` seconds, the later one not beyond now. */
export function around(time: number, length: number, now: number): { readonly before: Range; readonly after: Range } {
  const moment = Math.floor(time / 10) * 10;
  return { before: { from: moment - length, to: moment }, after: { from: moment, to: Math.max(moment + 10, Math.min(moment + length, Math.floor(now / 10) * 10)) } };
}
