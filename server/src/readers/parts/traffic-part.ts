import type { SummedField } from '../../inference/row-columns.ts';
import { summedFields } from '../../inference/row-columns.ts';
import { sameNumbers, type Packed } from './packed.ts';
import { bytesOfCounts, noRowCounts, type RowCounts } from './row-counts.ts';

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
  /** By number in the registry's list of the row's response places, ascending. */
  readonly responses: RowCounts;
  /** By bound index. */
  readonly latency: RowCounts;
  readonly bytes: number;
}

export type PackedSums = Readonly<Record<SummedField, Packed | null>>;

/** A column for each count. */
export function eachSum<T>(of: (field: SummedField) => T): Record<SummedField, T> {
  return Object.fromEntries(summedFields.map((field) => [field, of(field)])) as Record<SummedField, T>;
}

/** The part of no rows. */
export const emptyPart: TrafficPart = {
  rows: new Uint32Array(), sums: eachSum(() => null), openConnections: null, facts: new Uint32Array(), firstBucket: 0, lastBucket: 0,
  responses: noRowCounts, latency: noRowCounts, bytes: 0,
};

/** What neighbouring parts mostly have in common. */
export type SharedArrays = Pick<TrafficPart, 'rows' | 'facts'>;

/** A part with its bytes. Rows and facts that are those of another part are shared with it, and count once. */
export function sharedPart(part: Omit<TrafficPart, 'bytes'>, other: SharedArrays | null): TrafficPart {
  const rows = other && sameNumbers(other.rows, part.rows) ? other.rows : part.rows, facts = other && sameNumbers(other.facts, part.facts) ? other.facts : part.facts;
  const { sums, openConnections, firstBucket, lastBucket, responses, latency } = part;
  const arrays = [rows === other?.rows ? null : rows, facts === other?.facts ? null : facts, ...Object.values(sums), openConnections, firstBucket, lastBucket];
  const bytes = arrays.reduce<number>((sum, array) => sum + (array === null || typeof array === 'number' ? 0 : array.byteLength), bytesOfCounts(responses) + bytesOfCounts(latency));
  return { ...part, rows, facts, bytes };
}
