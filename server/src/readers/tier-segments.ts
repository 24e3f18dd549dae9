import { tierSteps, tierTtl, type TierStep, type TimeWindow } from '@orrery/collectors/model/time-window';

/** A part of a window and the tier that answers it, [from, to) in Unix seconds. */
export interface TierSegment { readonly table: string; readonly from: number; readonly to: number }

export const tierTables: Readonly<Record<TierStep, string>> = { 10: 'edge_traffic_10s', 60: 'edge_traffic_1m', 600: 'edge_traffic_10m', 3600: 'edge_traffic_1h' };

/**
 * Which tier answers which part of a window: the window's own tier as far as its roll-up has come, and for what is left
 * the next finer one, down to the 10 s tier that collectors write. No bucket is in two segments, and none is left out.
 * @param completeUntil Unix seconds by step: buckets that start before it are in that tier
 * @param now Unix seconds: a finer tier is not asked for what is older than it keeps
 */
export function tierSegments(window: TimeWindow, completeUntil: ReadonlyMap<TierStep, number>, now: number): TierSegment[] {
  const segments: TierSegment[] = [];
  let from = window.from;
  for (const step of [...tierSteps].reverse()) {
    if (step > window.step || from >= window.to) continue;
    const finer = tierSteps[tierSteps.indexOf(step) - 1];
    const reached = finer === undefined ? window.to : Math.max(completeUntil.get(step) ?? 0, Math.ceil((now - tierTtl[finer]) / step) * step);
    const to = Math.min(window.to, Math.floor(reached / step) * step);
    if (finer === undefined || to > from) segments.push({ table: tierTables[step], from, to: finer === undefined ? window.to : to });
    from = Math.max(from, to);
  }
  return segments;
}
