import { tierTtl } from '../model/time-window.ts';

/** What the jobs need to make edges of what came, and to add them up by the minute, before the finest tier lets go of that time. */
const marginSeconds = 120;

/** Why data that are stored will be in no edge: a text to count by. */
export const tooOldForEdges = 'older than 6 h when it came: stored, but in no edge';

/**
 * Of what is stored and was to become edges, what is so old that it never will: the finest tier, into which edges are derived,
 * does not reach back so far.
 * @param timeNsOf Unix nanoseconds
 */
export function tooOld<Row>(rows: readonly Row[], timeNsOf: (row: Row) => bigint, nowMs: number): readonly Row[] {
  const oldestNs = BigInt(Math.floor(nowMs) - (tierTtl[10] - marginSeconds) * 1000) * 1_000_000n;
  return rows.filter((row) => timeNsOf(row) < oldestNs);
}
