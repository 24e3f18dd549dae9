import type { SummedField } from '../../inference/row-columns.ts';
import { summedFields } from '../../inference/row-columns.ts';
import type { Packed, RowCounts } from './packed.ts';

/** Sums over a part of a window, packed to some 50 bytes a row. */
export interface TrafficPart {
  /** Numbers in the registry, ascending. */
  readonly rows: Uint32Array;
  /** Null where no row has any. */
  readonly sums: PackedSums;
  readonly openConnections: Packed | null;
  /** What a row says beside counts, by number in the registry. */
  readonly facts: Uint32Array;
  /** Unix seconds, one for all rows where they agree. */
  readonly firstBucket: Packed | number;
  readonly lastBucket: Packed | number;
  /** By response place of the registry. */
  readonly responses: PlaceCounts;
  /** By bound index. */
  readonly latency: RowCounts;
  readonly bytes: number;
}

export type PackedSums = Readonly<Record<SummedField, Packed | null>>;

/** Counts of rows by places of the registry: `sizes` of each row, then places and counts one behind the other. */
export interface PlaceCounts { readonly sizes: Uint16Array; readonly keys: Uint32Array; readonly counts: Packed }

/** A column for each count. */
export function eachSum<T>(of: (field: SummedField) => T): Record<SummedField, T> {
  return Object.fromEntries(summedFields.map((field) => [field, of(field)])) as Record<SummedField, T>;
}

/** The part of no rows. */
export const emptyPart: TrafficPart = {
  rows: new Uint32Array(), sums: eachSum(() => null), openConnections: null, facts: new Uint32Array(), firstBucket: 0, lastBucket: 0,
  responses: { sizes: new Uint16Array(), keys: new Uint32Array(), counts: new Uint8Array() }, latency: { sizes: new Uint16Array(), keys: new Uint8Array(), counts: new Uint8Array() }, bytes: 0,
};

/** Bytes of a part's arrays; those of its rows where it does not share them. */
export function bytesOf({ rows, sums, responses, latency, openConnections, facts, firstBucket, lastBucket }: Omit<TrafficPart, 'bytes'>, ownRows: boolean): number {
  const arrays = [ownRows ? rows : null, ...Object.values(sums), openConnections, facts, firstBucket, lastBucket, responses.sizes, responses.keys, responses.counts, latency.sizes, latency.keys, latency.counts];
  return arrays.reduce<number>((bytes, array) => bytes + (array === null || typeof array === 'number' ? 0 : array.byteLength), 0);
}
