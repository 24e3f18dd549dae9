/** Numbers in the narrowest array that holds them all exactly. */
export type Packed = Uint8Array | Uint16Array | Uint32Array | Float64Array;

export function narrow(values: Float64Array): Packed {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < 0 || value !== Math.floor(value)) return values.slice();
    if (value > most) most = value;
  }
  if (most < 0x100) return new Uint8Array(values);
  if (most < 0x1_0000) return new Uint16Array(values);
  return most < 0x1_0000_0000 ? new Uint32Array(values) : values.slice();
}

/** Adds each number to the sum at its place. One loop for each kind of array, so that each is compiled for its own. */
export function addAt(sums: Float64Array, places: Uint32Array, values: Packed): void {
  if (values instanceof Uint8Array) for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
  else if (values instanceof Uint16Array) for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
  else if (values instanceof Uint32Array) for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
  else for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
}

/** Adds the numbers `at` these indexes alone. By index: what an iterator gives is an object each time. */
export function addSomeAt(sums: Float64Array, places: Uint32Array, values: Packed, at: Uint32Array): void {
  for (let n = 0; n < at.length; n++) sums[places[at[n]!]!]! += values[at[n]!]!;
}

/** Rows of counts: `sizes` of each, then keys and counts one behind the other. */
export interface RowCounts { readonly sizes: Uint16Array; readonly keys: Uint8Array | Uint32Array; readonly counts: Packed }

/**
 * Adds counts of rows to the sums that begin at `at` of each row.
 * @param rows numbers of the rows, by which `at` is read
 */
export function addRows(sums: Float64Array, at: readonly number[], rows: Uint32Array, { sizes, keys, counts }: RowCounts): void {
  if (!(keys instanceof Uint8Array)) addWide(sums, at, rows, sizes, keys, counts);
  else if (counts instanceof Uint8Array) for (let i = 0, k = 0; i < rows.length; i++) for (const from = at[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[from + keys[k]!]! += counts[k]!;
  else if (counts instanceof Uint16Array) for (let i = 0, k = 0; i < rows.length; i++) for (const from = at[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[from + keys[k]!]! += counts[k]!;
  else if (counts instanceof Uint32Array) for (let i = 0, k = 0; i < rows.length; i++) for (const from = at[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[from + keys[k]!]! += counts[k]!;
  else for (let i = 0, k = 0; i < rows.length; i++) for (const from = at[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[from + keys[k]!]! += counts[k]!;
}

/** Adds counts of the rows `at` these indexes alone; without `placeAt` the keys are places themselves. */
export function addSomeRows(sums: Float64Array, placeAt: readonly number[] | null, rows: Uint32Array, { sizes, keys, counts }: RowCounts, at: Uint32Array): void {
  let row = 0, from = 0;
  for (let n = 0; n < at.length; n++) {
    const i = at[n]!;
    for (; row < i; row++) from += sizes[row]!;
    for (let k = from, end = from + sizes[i]!, place = placeAt?.[rows[i]!] ?? 0; k < end; k++) sums[place + keys[k]!]! += counts[k]!;
  }
}

/** Layouts of more than 256 buckets. */
function addWide(sums: Float64Array, at: readonly number[], rows: Uint32Array, sizes: Uint16Array, keys: Uint32Array, counts: Packed): void {
  for (let i = 0, k = 0; i < rows.length; i++) for (const from = at[rows[i]!]!, end = k + sizes[i]!; k < end; k++) sums[from + keys[k]!]! += counts[k]!;
}

export function sameNumbers(a: Uint32Array, b: Uint32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
