import type { CounterPair, EdgeSeries, SeriesMeaning } from './series-meaning.ts';

/** What of a series its pair is made from. */
export interface SeriesValues {
  readonly meaning: SeriesMeaning | undefined;
  readonly previous: number | undefined;
  readonly current: number;
}

/**
 * Pairs of the edge series among some series, good for as long as these stay as they are, and whether one of these proves that failures are told.
 * @param previousIncomplete a series without a previous value may have stood on the last page unread: it begins now, not at 0
 */
export function pairsOf(
  series: Iterable<SeriesValues>,
  previousIncomplete: boolean,
): { pairs: CounterPair[]; tellsFailures: boolean } {
  const pairs: CounterPair[] = [];
  let tellsFailures = false;
  for (const one of series) {
    if (isOfEdge(one)) {
      // The series itself, for a page has tens of thousands.
      pairs.push(previousIncomplete && one.previous === undefined ? { meaning: one.meaning, previous: one.current, current: one.current } : one);
      tellsFailures ||= one.meaning.measure.kind === 'connectionsFailed';
    } else if (one.meaning?.kind === 'target') {
      tellsFailures ||= one.meaning.tellsFailures;
    }
  }
  return { pairs, tellsFailures };
}

function isOfEdge(series: SeriesValues): series is SeriesValues & { readonly meaning: EdgeSeries } {
  return series.meaning?.kind === 'edge';
}
