import type { CounterPair, SeriesMeaning } from './series-meaning.ts';

/** What of a series its pair is made from. */
export interface SeriesValues {
  readonly meaning: SeriesMeaning | undefined;
  readonly previous: number | undefined;
  readonly current: number;
}

/**
 * Pairs of the edge series among some series, and whether one of these proves that failures are told.
 * @param previousIncomplete a series without a previous value may have stood on the last page unread: it begins now, not at 0
 */
export function pairsOf(
  series: readonly SeriesValues[],
  previousIncomplete: boolean,
): { pairs: CounterPair[]; tellsFailures: boolean } {
  const pairs: CounterPair[] = [];
  let tellsFailures = false;
  for (const { meaning, previous, current } of series) {
    if (meaning?.kind === 'edge') {
      pairs.push({ meaning, previous: previous ?? (previousIncomplete ? current : undefined), current });
      tellsFailures ||= meaning.measure.kind === 'connectionsFailed';
    } else if (meaning?.kind === 'target') {
      tellsFailures ||= meaning.tellsFailures;
    }
  }
  return { pairs, tellsFailures };
}
