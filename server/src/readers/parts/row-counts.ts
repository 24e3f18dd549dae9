import { letGo } from '../../inference/let-go.ts';
import { narrow, type Packed } from './packed.ts';

/**
 * Counts of the rows of a part by key: `sizes` of each row, then keys and counts one behind the other. Most are small: they lie in
 * the narrowest array that is worth while, and what some have beyond its greatest number stands apart.
 */
export interface RowCounts {
  readonly sizes: Uint8Array | Uint16Array;
  readonly keys: Uint8Array | Uint32Array;
  readonly counts: Packed;
  readonly excess: Excess | null;
}

/** `rows` are indexes into the part, ascending. */
export interface Excess { readonly rows: Uint32Array; readonly keys: Uint32Array; readonly counts: Packed }

/** No counts of so many rows. */
export const noRowCounts: RowCounts = { sizes: new Uint8Array(), keys: new Uint8Array(), counts: new Uint8Array(), excess: null };

/** What one count that stands apart takes, bytes. */
const apartBytes = 12;

/** Nothing is rounded: counts that are not whole take 8 bytes each. */
export function packCounts(sizes: ArrayLike<number>, keys: ArrayLike<number>, counts: Float64Array): RowCounts {
  const packed = { sizes: narrowest(sizes, Uint16Array), keys: narrowest(keys, Uint32Array) };
  let over8 = 0, over16 = 0;
  for (let k = 0; k < counts.length; k++) {
    const count = counts[k]!;
    if (count !== Math.floor(count) || count < 0) return { ...packed, counts: counts.slice(), excess: null };
    if (count > 0xff) over8++;
    if (count > 0xffff) over16++;
  }
  const bytes8 = counts.length + apartBytes * over8, bytes16 = 2 * counts.length + apartBytes * over16;
  if (Math.min(bytes8, bytes16) > 4 * counts.length) return { ...packed, counts: narrow(counts), excess: null };
  return bytes8 <= bytes16 ? apart(packed, counts, new Uint8Array(counts.length), over8, 0xff) : apart(packed, counts, new Uint16Array(counts.length), over16, 0xffff);
}

/** As `packCounts`; what is packed is gone afterwards. */
export function packScratch(sizes: Uint16Array, keys: Uint32Array, counts: Float64Array): RowCounts {
  const packed = packCounts(sizes, keys, counts);
  letGo([sizes, keys, counts]);
  return packed;
}

function apart({ sizes, keys }: Pick<RowCounts, 'sizes' | 'keys'>, counts: Float64Array, near: Uint8Array | Uint16Array, over: number, most: number): RowCounts {
  const rows = new Uint32Array(over), overKeys = new Uint32Array(over), beyond = new Float64Array(over);
  for (let i = 0, k = 0, used = 0; i < sizes.length; i++) {
    for (const end = k + sizes[i]!; k < end; k++) {
      near[k] = Math.min(counts[k]!, most);
      if (counts[k]! <= most) continue;
      rows[used] = i;
      overKeys[used] = keys[k]!;
      beyond[used++] = counts[k]! - most;
    }
  }
  return { sizes, keys, counts: near, excess: over === 0 ? null : { rows, keys: overKeys, counts: narrow(beyond) } };
}

/** The same with every count in its place. */
export function plainCounts({ sizes, keys, counts, excess }: RowCounts): RowCounts {
  if (excess === null) return { sizes, keys, counts, excess };
  const whole = Float64Array.from(counts);
  for (let i = 0, k = 0, next = 0; i < sizes.length && next < excess.rows.length; i++) {
    for (const end = k + sizes[i]!; k < end; k++) if (excess.rows[next] === i && excess.keys[next] === keys[k]) whole[k]! += excess.counts[next++]!;
  }
  const plain = narrow(whole);
  letGo([whole]);
  return { sizes, keys, counts: plain, excess: null };
}

/** The greatest count. */
export function mostOf({ counts, excess }: RowCounts): number {
  let most = 0, beyond = 0;
  for (let k = 0; k < counts.length; k++) if (counts[k]! > most) most = counts[k]!;
  if (excess) for (let k = 0; k < excess.counts.length; k++) if (excess.counts[k]! > beyond) beyond = excess.counts[k]!;
  // What stands apart is what is left beyond the greatest.
  return most + beyond;
}

export function bytesOfCounts({ sizes, keys, counts, excess }: RowCounts): number {
  return sizes.byteLength + keys.byteLength + counts.byteLength + (excess ? excess.rows.byteLength + excess.keys.byteLength + excess.counts.byteLength : 0);
}

function narrowest<T extends Uint16Array | Uint32Array>(values: ArrayLike<number>, wide: new (values: ArrayLike<number>) => T): Uint8Array | T {
  for (let i = 0; i < values.length; i++) if (values[i]! > 0xff) return new wide(values);
  return Uint8Array.from(values);
}

/**
 * Adds counts to the sums of each row, which begin at `from` and are as many as there are keys.
 * @param rows numbers of the rows, by which `from` is read
 */
export function addCounts(sums: Float64Array, from: readonly number[], rows: Uint32Array, row: RowCounts): void {
  const { sizes, keys, counts, excess } = row;
  // One loop for each kind of array, so that each is compiled for its own.
  if (!(keys instanceof Uint8Array)) addWide(sums, from, rows, row);
  else if (counts instanceof Uint8Array) for (let i = 0, k = 0; i < rows.length; i++) for (const at = from[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[at + keys[k]!]! += counts[k]!;
  else if (counts instanceof Uint16Array) for (let i = 0, k = 0; i < rows.length; i++) for (const at = from[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[at + keys[k]!]! += counts[k]!;
  else addWide(sums, from, rows, row);
  if (excess) for (let n = 0; n < excess.rows.length; n++) sums[from[rows[excess.rows[n]!]!]! + excess.keys[n]!]! += excess.counts[n]!;
}

/** Counts of more than 65,535 or that are not whole, and layouts of more than 256 buckets. */
function addWide(sums: Float64Array, from: readonly number[], rows: Uint32Array, { sizes, keys, counts }: RowCounts): void {
  for (let i = 0, k = 0; i < rows.length; i++) for (const at = from[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[at + keys[k]!]! += counts[k]!;
}

/** Lists of places: the first of each row, the next of each place; a key is the place's number in the list. */
export interface PlaceLists { readonly first: readonly number[]; readonly next: readonly number[] }

/** Adds counts to the sums at the places of each row, whose keys ascend. */
export function addListed(sums: Float64Array, lists: PlaceLists, rows: Uint32Array, { sizes, keys, counts, excess }: RowCounts): void {
  for (let i = 0, k = 0; i < rows.length; i++) k = addRow(sums, lists, rows[i]!, keys, counts, k, k + sizes[i]!);
  if (excess) for (let n = 0; n < excess.rows.length; n++) addRow(sums, lists, rows[excess.rows[n]!]!, excess.keys, excess.counts, n, n + 1);
}

function addRow(sums: Float64Array, { first, next }: PlaceLists, row: number, keys: Uint8Array | Uint32Array, counts: Packed, from: number, to: number): number {
  let place = first[row]!, number = 0;
  for (let k = from; k < to; k++) {
    for (const key = keys[k]!; number < key; number++) place = next[place]!;
    sums[place]! += counts[k]!;
  }
  return to;
}

/** As `addCounts` and `addListed`, of the rows `at` these indexes alone, ascending. @param add adds the counts [from, to) of a row */
export function addSome(rows: Uint32Array, { sizes, keys, counts, excess }: RowCounts, at: Uint32Array, add: (row: number, keys: Uint8Array | Uint32Array, counts: Packed, from: number, to: number) => void): void {
  for (let n = 0, row = 0, from = 0, next = 0; n < at.length; n++) {
    const i = at[n]!;
    for (; row < i; row++) from += sizes[row]!;
    add(rows[i]!, keys, counts, from, from + sizes[i]!);
    if (excess === null) continue;
    while (next < excess.rows.length && excess.rows[next]! < i) next++;
    const first = next;
    while (next < excess.rows.length && excess.rows[next] === i) next++;
    add(rows[i]!, excess.keys, excess.counts, first, next);
  }
}

/** The two ways to add the counts of a row. */
export const adders = {
  from: (sums: Float64Array, begin: readonly number[]) => (row: number, keys: Uint8Array | Uint32Array, counts: Packed, from: number, to: number): void => {
    for (let k = from, at = begin[row]!; k < to; k++) sums[at + keys[k]!]! += counts[k]!;
  },
  listed: (sums: Float64Array, lists: PlaceLists) => (row: number, keys: Uint8Array | Uint32Array, counts: Packed, from: number, to: number): void => { addRow(sums, lists, row, keys, counts, from, to); },
};
