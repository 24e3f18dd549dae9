import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { EdgeWindow } from '../../inference/ports.ts';

/** Buckets that a window has in a tier of its own choice (`timeWindow`); fewer means that only a coarser tier is kept of that time. */
const leastBuckets = 15;

/** How the tier that answers makes a window another one than was asked for; null where it does not. Times in Unix seconds. */
export function tierNote(from: number, to: number, window: TimeWindow): string | null {
  if (window.step === 10 || (to - from) / window.step >= leastBuckets) return null;
  return `of that time only steps of ${window.step / 60} min are kept: the window is ${instant(window.from)} to ${instant(window.to)}`;
}

/** What a window that begins before the oldest data can tell; null where it begins after it. `oldest` null = no data at all. */
export function coverageNote(window: TimeWindow, oldest: number | null): string | null {
  if (oldest === null || oldest < window.from + window.step) return null;
  return oldest >= window.to ? `nothing is kept of this window: data begins at ${instant(oldest)}` : `data begins at ${instant(oldest)}: of the time before nothing is kept`;
}

/** What a replay can tell of a window, Unix seconds. */
export interface RecordedRange { readonly from: number; readonly to: number }

/**
 * What a replay can tell of a window that reaches beyond what was recorded; null where it does not. Of the hour around a recording
 * its coarser steps are in the bundle whole, but nothing finer.
 */
export function recordingNote(window: TimeWindow, { from, to }: RecordedRange, now: number): string | null {
  if (from < window.from + window.step && Math.min(window.to, now) < to + window.step) return null;
  return `recorded is ${instant(from)} to ${instant(to)}: of what lies beyond nothing is here, or only coarser steps`;
}

/** What is known of the time that there are data of, Unix seconds: `began` null where there are none, `recorded` null where this is no replay. */
export interface KnownRange { readonly began: number | null; readonly recorded: RecordedRange | null }

/** What a window lacks: of a replay by what was recorded, else by when data began; null where nothing. */
export function lackNote(window: TimeWindow, { began, recorded }: KnownRange, now: number): string | null {
  return (recorded && recordingNote(window, recorded, now)) ?? coverageNote(window, began);
}

/**
 * Names the namespaces that were asked for (null = all) and that nothing in the answer touches: they may be mistyped. [] where there
 * are none. @param seen namespaces of whatever has traffic in the window; asked for where it matters
 */
export function unseenNotes(asked: readonly string[] | null, seen: () => Iterable<string>): string[] {
  if (asked === null) return [];
  const known = new Set(seen()), unseen = asked.filter((name) => !known.has(name));
  return unseen.length === 0 ? [] : [`nothing was seen of ${unseen.length === 1 ? 'namespace' : 'namespaces'} ${unseen.join(', ')} in this window`];
}

/** Namespaces at either end of some rows of the waist, repeated; rows without a named edge have none. */
export function namespacesOf(rows: readonly Pick<EdgeWindow, 'edge'>[]): string[] {
  return rows.flatMap(({ edge }) => (edge ? [edge.source.namespace, edge.destination.namespace] : []));
}

/** Unix seconds as `2026-11-21 05:20:00 UTC`. */
export function instant(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
