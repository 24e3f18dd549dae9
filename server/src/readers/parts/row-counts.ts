import { letGo } from '../../inference/let-go.ts';
import { narrow, type Packed } from './packed.ts';

/**
 * Counts of the rows of a part by key, one row behind the other. Those of a row lie mostly side by side, as buckets of a
 * histogram do, so a row has its first key and the counts of all keys from there on, zeros too. Most are small: they lie in the
 * narrowest array that is worth while, and what some have beyond its greatest number stands apart.
 */
export interface RowCounts {
  /** How many counts each row has. */
  readonly sizes: Uint8Array | Uint32Array;
  /** The first key of each row. */
  readonly firsts: Uint8Array | Uint32Array;
  readonly counts: Packed;
  readonly excess: Excess | null;
}

/** `rows` are indexes into the part, ascending. */
export interface Excess { readonly rows: Uint32Array; readonly keys: Uint32Array; readonly counts: Packed }

/** No counts of so many rows. */
export const noRowCounts: RowCounts = { sizes: new Uint8Array(), firsts: new Uint8Array(), counts: new Uint8Array(), excess: null };

/** What one count that stands apart takes, bytes. */
const apartBytes = 12;

/** Counts of rows before they are packed: how many each row has, then keys and counts one row behind the other, in any order. */
export interface KeyedCounts {
  readonly sizes: ArrayLike<number>;
  readonly keys: ArrayLike<number>;
  readonly counts: Packed;
}

/**
 * Packs counts. Nothing is rounded: those that are not whole take 8 bytes each.
 * @param order rows as they shall lie
 */
export function packCounts({ sizes, keys, counts }: KeyedCounts, order: Uint32Array): RowCounts {
  const starts = new Uint32Array(sizes.length + 1), spans = new Uint32Array(order.length), firsts = new Uint32Array(order.length);
  for (let row = 0; row < sizes.length; row++) starts[row + 1] = starts[row]! + sizes[row]!;
  let total = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    let first = Infinity, last = -1;
    for (let k = starts[row]!, end = starts[row + 1]!; k < end; k++) {
      const key = keys[k]!;
      if (key < first) first = key;
      if (key > last) last = key;
    }
    if (last === -1) continue;
    firsts[i] = first;
    total += spans[i] = last - first + 1;
  }
  const runs = counts instanceof Float64Array ? new Float64Array(total) : new Uint32Array(total);
  for (let i = 0, at = 0; i < order.length; at += spans[i]!, i++) {
    const row = order[i]!, to = at - firsts[i]!;
    for (let k = starts[row]!, end = starts[row + 1]!; k < end; k++) runs[to + keys[k]!] = counts[k]!;
  }
  return packRuns(spans, firsts, runs);
}

/** Packs the counts of rows in sequence, each from its first key on. What is packed is gone afterwards. */
export function packRuns(sizes: Uint32Array, firsts: Uint32Array, counts: Uint32Array | Float64Array): RowCounts {
  const packed = narrowed({ sizes: narrowest(sizes), firsts: narrowest(firsts) }, counts);
  letGo([sizes, firsts, counts]);
  return packed;
}

type Lying = Pick<RowCounts, 'sizes' | 'firsts'>;

function narrowed(lying: Lying, counts: Uint32Array | Float64Array): RowCounts {
  let over8 = 0, over16 = 0;
  for (let k = 0; k < counts.length; k++) {
    const count = counts[k]!;
    if (count !== Math.floor(count) || count < 0) return { ...lying, counts: counts.slice(), excess: null };
    if (count > 0xff) over8++;
    if (count > 0xffff) over16++;
  }
  const bytes8 = counts.length + apartBytes * over8, bytes16 = 2 * counts.length + apartBytes * over16;
  if (Math.min(bytes8, bytes16) > 4 * counts.length) return { ...lying, counts: narrow(counts), excess: null };
  return bytes8 <= bytes16 ? apart(lying, counts, new Uint8Array(counts.length), over8, 0xff) : apart(lying, counts, new Uint16Array(counts.length), over16, 0xffff);
}

function apart({ sizes, firsts }: Lying, counts: Uint32Array | Float64Array, near: Uint8Array | Uint16Array, over: number, most: number): RowCounts {
  const rows = new Uint32Array(over), keys = new Uint32Array(over), beyond = new Float64Array(over);
  for (let i = 0, k = 0, used = 0; i < sizes.length; i++) {
    for (const from = k, end = k + sizes[i]!; k < end; k++) {
      near[k] = Math.min(counts[k]!, most);
      if (counts[k]! <= most) continue;
      rows[used] = i;
      keys[used] = firsts[i]! + k - from;
      beyond[used++] = counts[k]! - most;
    }
  }
  return { sizes, firsts, counts: near, excess: over === 0 ? null : { rows, keys, counts: narrow(beyond) } };
}

/** The same with every count in its place. */
export function plainCounts({ sizes, firsts, counts, excess }: RowCounts): RowCounts {
  if (excess === null) return { sizes, firsts, counts, excess };
  const whole = Float64Array.from(counts);
  for (let i = 0, at = 0, next = 0; i < sizes.length && next < excess.rows.length; at += sizes[i]!, i++) {
    for (; excess.rows[next] === i; next++) whole[at + excess.keys[next]! - firsts[i]!]! += excess.counts[next]!;
  }
  const plain = narrow(whole);
  letGo([whole]);
  return { sizes, firsts, counts: plain, excess: null };
}

/** The greatest count. */
export function mostOf({ counts, excess }: RowCounts): number {
  let most = 0, beyond = 0;
  for (let k = 0; k < counts.length; k++) if (counts[k]! > most) most = counts[k]!;
  if (excess) for (let k = 0; k < excess.counts.length; k++) if (excess.counts[k]! > beyond) beyond = excess.counts[k]!;
  // What stands apart is what is left beyond the greatest.
  return most + beyond;
}

export function bytesOfCounts({ sizes, firsts, counts, excess }: RowCounts): number {
  return sizes.byteLength + firsts.byteLength + counts.byteLength + (excess ? excess.rows.byteLength + excess.keys.byteLength + excess.counts.byteLength : 0);
}

function narrowest(values: Uint32Array): Uint8Array | Uint32Array {
  for (let i = 0; i < values.length; i++) if (values[i]! > 0xff) return values.slice();
  return Uint8Array.from(values);
}

/**
 * Adds counts to the sums of each row, which begin at `from` and are as many as there are keys.
 * @param rows numbers of the rows, by which `from` is read
 */
export function addCounts(sums: Float64Array, from: readonly number[], rows: Uint32Array, { sizes, firsts, counts, excess }: RowCounts): void {
  // One loop for each kind of array, so that each is compiled for its own.
  if (counts instanceof Uint8Array) for (let i = 0, k = 0; i < rows.length; i++) for (let at = from[rows[i]!]! + firsts[i]!, end = k + sizes[i]!; k < end; k++) sums[at++]! += counts[k]!;
  else if (counts instanceof Uint16Array) for (let i = 0, k = 0; i < rows.length; i++) for (let at = from[rows[i]!]! + firsts[i]!, end = k + sizes[i]!; k < end; k++) sums[at++]! += counts[k]!;
  else for (let i = 0, k = 0; i < rows.length; i++) for (let at = from[rows[i]!]! + firsts[i]!, end = k + sizes[i]!; k < end; k++) sums[at++]! += counts[k]!;
  if (excess) for (let n = 0; n < excess.rows.length; n++) sums[from[rows[excess.rows[n]!]!]! + excess.keys[n]!]! += excess.counts[n]!;
}

/** Lists of places: the first of each row, the next of each place; a key is the place's number in the list. */
export interface PlaceLists { readonly first: readonly number[]; readonly next: readonly number[] }

/** Adds counts to the sums at the places of each row. */
export function addListed(sums: Float64Array, lists: PlaceLists, rows: Uint32Array, { sizes, firsts, counts, excess }: RowCounts): void {
  for (let i = 0, k = 0; i < rows.length; k += sizes[i]!, i++) addRow(sums, lists, rows[i]!, firsts[i]!, counts, k, k + sizes[i]!);
  if (excess) for (let n = 0; n < excess.rows.length; n++) addRow(sums, lists, rows[excess.rows[n]!]!, excess.keys[n]!, excess.counts, n, n + 1);
}

/** Adds the counts [at, to) of a row, of the key `key` and those after it. */
function addRow(sums: Float64Array, { first, next }: PlaceLists, row: number, key: number, counts: Packed, at: number, to: number): void {
  if (at === to) return;
  let place = first[row]!;
  for (let number = 0; number < key; number++) place = next[place]!;
  sums[place]! += counts[at]!;
  for (let k = at + 1; k < to; k++) sums[place = next[place]!]! += counts[k]!;
}

/** Adds the counts [at, to) of a row, of the key `key` and those after it. */
type AddRow = (row: number, key: number, counts: Packed, at: number, to: number) => void;

/** As `addCounts` and `addListed`, of the rows `at` these indexes alone, ascending. */
export function addSome(rows: Uint32Array, { sizes, firsts, counts, excess }: RowCounts, at: Uint32Array, add: AddRow): void {
  for (let n = 0, row = 0, from = 0, next = 0; n < at.length; n++) {
    const i = at[n]!;
    for (; row < i; row++) from += sizes[row]!;
    add(rows[i]!, firsts[i]!, counts, from, from + sizes[i]!);
    if (excess === null) continue;
    while (next < excess.rows.length && excess.rows[next]! < i) next++;
    for (; excess.rows[next] === i; next++) add(rows[i]!, excess.keys[next]!, excess.counts, next, next + 1);
  }
}

/** The two ways to add the counts of a row. */
export const adders = {
  from: (sums: Float64Array, begin: readonly number[]): AddRow => (row, key, counts, at, to) => {
    let sum = begin[row]! + key;
    if (counts instanceof Uint8Array) for (let k = at; k < to; k++) sums[sum++]! += counts[k]!;
    else if (counts instanceof Uint16Array) for (let k = at; k < to; k++) sums[sum++]! += counts[k]!;
    else for (let k = at; k < to; k++) sums[sum++]! += counts[k]!;
  },
  listed: (sums: Float64Array, lists: PlaceLists): AddRow => (row, key, counts, at, to) => { addRow(sums, lists, row, key, counts, at, to); },
};
