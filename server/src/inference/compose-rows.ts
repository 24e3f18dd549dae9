import { CountSlice, type CountColumn, type Counts } from './counts.ts';
import { latencyAt, summedFields, type RowColumns, type SummedField } from './row-columns.ts';

/** Rows without what they are about. */
export type RowNumbers = Omit<RowColumns, 'keys'>;

/**
 * New columns out of the rows of two.
 * @param picks for each row to be its place in `a`, or −1 − its place in `b`
 */
export function composeRows(a: RowNumbers, b: RowNumbers, picks: Int32Array): RowNumbers {
  const numbers = (of: Float64Array, or: Float64Array): Float64Array => {
    const picked = new Float64Array(picks.length);
    for (let i = 0; i < picked.length; i++) picked[i] = picks[i]! >= 0 ? of[picks[i]!]! : or[-1 - picks[i]!]!;
    return picked;
  };
  const items = <T>(of: readonly T[], or: readonly T[]): T[] => Array.from(picks, (pick) => (pick >= 0 ? of[pick]! : or[-1 - pick]!));
  return {
    ...Object.fromEntries(summedFields.map((field) => [field, numbers(a[field], b[field])])) as Record<SummedField, Float64Array>,
    measured: numbers(a.measured, b.measured), protocols: numbers(a.protocols, b.protocols), openConnections: numbers(a.openConnections, b.openConnections),
    firstBucket: numbers(a.firstBucket, b.firstBucket), lastBucket: numbers(a.lastBucket, b.lastBucket),
    via: items(a.via, b.via), sourcePrincipal: items(a.sourcePrincipal, b.sourcePrincipal), destinationPrincipal: items(a.destinationPrincipal, b.destinationPrincipal),
    responses: counts((row) => new CountSlice(a.responses, row), (row) => new CountSlice(b.responses, row), picks), latency: counts((row) => latencyAt(a, row), (row) => latencyAt(b, row), picks),
  };
}

function counts<K>(a: (row: number) => Counts<K>, b: (row: number) => Counts<K>, picks: Int32Array): CountColumn<K> {
  const ends = new Float64Array(picks.length), keys: K[] = [], values: number[] = [];
  for (let i = 0; i < ends.length; i++) {
    (picks[i]! >= 0 ? a(picks[i]!) : b(-1 - picks[i]!)).forEach((count, key) => {
      keys.push(key);
      values.push(count);
    });
    ends[i] = keys.length;
  }
  return { ends, keys, counts: Float64Array.from(values) };
}
