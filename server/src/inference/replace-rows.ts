import type { CountColumn } from './counts.ts';
import { summedFields, type RowColumns, type SummedField } from './row-columns.ts';

/**
 * Columns about the same keys, some of whose rows have other numbers.
 * @param places of the rows to replace, ascending
 * @param fresh their new numbers, in the order of `places`
 */
export function replaceRows(columns: RowColumns, places: Uint32Array, fresh: Omit<RowColumns, 'keys'>): RowColumns {
  const put = <T extends Float64Array | readonly unknown[]>(values: T, news: T): T => {
    const next = values.slice() as Float64Array & unknown[];
    places.forEach((place, i) => { next[place] = news[i] as number; });
    return next as unknown as T;
  };
  return {
    ...columns,
    ...Object.fromEntries(summedFields.map((field) => [field, put(columns[field], fresh[field])])) as Record<SummedField, Float64Array>,
    measured: put(columns.measured, fresh.measured), protocols: put(columns.protocols, fresh.protocols), openConnections: put(columns.openConnections, fresh.openConnections),
    firstBucket: put(columns.firstBucket, fresh.firstBucket), lastBucket: put(columns.lastBucket, fresh.lastBucket),
    via: put(columns.via, fresh.via), sourcePrincipal: put(columns.sourcePrincipal, fresh.sourcePrincipal), destinationPrincipal: put(columns.destinationPrincipal, fresh.destinationPrincipal),
    responses: replaceCounts(columns.responses, places, fresh.responses), latency: replaceCounts(columns.latency, places, fresh.latency),
  };
}

/** Counts lie one behind the other: what comes after a row that has more of them moves up. */
function replaceCounts<K>(column: CountColumn<K>, places: Uint32Array, fresh: CountColumn<K>): CountColumn<K> {
  const rows = column.ends.length, ends = new Float64Array(rows);
  let size = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    const isNew = places[i] === row;
    size += isNew ? sizeAt(fresh, i++) : sizeAt(column, row);
    ends[row] = size;
  }
  const keys = emptyLike(column.keys, size), counts = new Float64Array(size);
  let from = 0, to = 0;
  const take = (source: CountColumn<K>, begin: number, end: number): void => {
    for (let at = begin; at < end; at++, to++) {
      keys[to] = source.keys[at]!;
      counts[to] = source.counts[at]!;
    }
  };
  places.forEach((place, i) => {
    take(column, from, place === 0 ? 0 : column.ends[place - 1]!);
    take(fresh, i === 0 ? 0 : fresh.ends[i - 1]!, fresh.ends[i]!);
    from = column.ends[place]!;
  });
  take(column, from, rows === 0 ? 0 : column.ends[rows - 1]!);
  return { ends, keys, counts };
}

function sizeAt({ ends }: CountColumn<unknown>, row: number): number {
  return ends[row]! - (row === 0 ? 0 : ends[row - 1]!);
}

function emptyLike<K>(keys: ArrayLike<K>, size: number): K[] {
  return (keys instanceof Uint16Array ? new Uint16Array(size) : new Array<K>(size)) as K[];
}
