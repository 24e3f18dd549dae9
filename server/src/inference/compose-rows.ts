import type { CountColumn } from './counts.ts';
import { summedFields, type RowColumns, type SummedField } from './row-columns.ts';

/** Rows without what they are about. */
export type RowNumbers = Omit<RowColumns, 'keys' | 'prefer'>;

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
    responses: counts(a.responses, b.responses, picks), latency: counts(a.latency, b.latency, picks),
  };
}

function counts<K>(a: CountColumn<K>, b: CountColumn<K>, picks: Int32Array): CountColumn<K> {
  const ends = new Float64Array(picks.length);
  let size = 0;
  for (let i = 0; i < ends.length; i++) ends[i] = size += picks[i]! >= 0 ? sizeAt(a, picks[i]!) : sizeAt(b, -1 - picks[i]!);
  const keys = (a.keys instanceof Uint16Array ? new Uint16Array(size) : new Array<K>(size)) as K[], values = new Float64Array(size);
  for (let i = 0, to = 0; i < ends.length; i++) {
    const from = picks[i]! >= 0 ? a : b, row = picks[i]! >= 0 ? picks[i]! : -1 - picks[i]!;
    for (let at = row === 0 ? 0 : from.ends[row - 1]!; to < ends[i]!; at++, to++) {
      keys[to] = from.keys[at]!;
      values[to] = from.counts[at]!;
    }
  }
  return { ends, keys, counts: values };
}

function sizeAt({ ends }: CountColumn<unknown>, row: number): number {
  return ends[row]! - (row === 0 ? 0 : ends[row - 1]!);
}
