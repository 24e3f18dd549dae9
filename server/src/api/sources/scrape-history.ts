import type { Scope } from '../../inference/ports.ts';
import { ApiError } from '../errors.ts';
import { unixSeconds } from '../in-range.ts';

/** Unix seconds, as somebody asks for it. */
export interface AskedWindow { readonly from?: number | null; readonly to?: number | null }

/** A time in which a target should have been scraped and was not, Unix ms. */
export interface ScrapeGap { readonly fromMs: number; readonly toMs: number; readonly error: string }

/** What became of a target's scrapes in a window. `usualMs` is 0 where too few are known. */
export interface TargetScrapes { readonly feed: string; readonly target: string; readonly succeeded: number; readonly usualMs: number; readonly gaps: readonly ScrapeGap[] }

/** `ScrapeHistory` of the schema. */
export interface ScrapeHistory {
  readonly from: number;
  readonly to: number;
  readonly targets: readonly (Omit<TargetScrapes, 'usualMs'> & { readonly usualMs: number | null })[];
  readonly truncated: boolean;
}

/** Reads how whole scrapes were; what `server/src/readers` implements. */
export interface ScrapeReader {
  /** Targets that were scraped, or tried, in a window (Unix ms): those that miss most of it first. */
  scrapes(scope: Scope, fromMs: number, toMs: number, limit: number): Promise<readonly TargetScrapes[]>;
}

const usualSeconds = 600, mostSeconds = 86_400, keptSeconds = 14 * 86_400;
const mostTargets = 1_000;

/** @param now Unix seconds @throws ApiError BAD_WINDOW */
export async function scrapeHistory(reader: ScrapeReader, scope: Scope, asked: AskedWindow, now: number): Promise<ScrapeHistory> {
  const to = Math.min(unixSeconds(asked.to ?? now), now), from = unixSeconds(asked.from ?? to - usualSeconds);
  if (from >= now) throw new ApiError('BAD_WINDOW', 'the window lies in the future');
  if (from >= to) throw new ApiError('BAD_WINDOW', 'the window must begin before it ends');
  if (to - from > mostSeconds) throw new ApiError('BAD_WINDOW', 'scrapes are told of a day at most; ask for a part');
  if (from < now - keptSeconds) throw new ApiError('BAD_WINDOW', `what scrapes reported is kept for ${keptSeconds / 86_400} days`);
  const found = await reader.scrapes(scope, from * 1000, to * 1000, mostTargets + 1);
  return { from, to, truncated: found.length > mostTargets, targets: found.slice(0, mostTargets).map((one) => ({ ...one, usualMs: one.usualMs === 0 ? null : one.usualMs })) };
}
