/** Numbers in the narrowest array that holds them all exactly. */
export type Packed = Uint8Array | Uint16Array | Uint32Array | Float64Array;

export function narrow(values: Uint32Array | Float64Array): Packed {
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

/** The same of the numbers `at` these indexes alone. */
export function addSomeAt(sums: Float64Array, places: Uint32Array, values: Packed, at: Uint32Array): void {
  if (values instanceof Uint8Array) for (let n = 0; n < at.length; n++) sums[places[at[n]!]!]! += values[at[n]!]!;
  else if (values instanceof Uint16Array) for (let n = 0; n < at.length; n++) sums[places[at[n]!]!]! += values[at[n]!]!;
  else if (values instanceof Uint32Array) for (let n = 0; n < at.length; n++) sums[places[at[n]!]!]! += values[at[n]!]!;
  else for (let n = 0; n < at.length; n++) sums[places[at[n]!]!]! += values[at[n]!]!;
}

export function sameNumbers(a: Uint32Array, b: Uint32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The least and the greatest of some numbers, or of the one that stands for all. */
export function ends(values: Packed | number): { readonly least: number; readonly most: number } {
  if (typeof values === 'number') return { least: values, most: values };
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < least) least = values[i]!;
    if (values[i]! > most) most = values[i]!;
  }
  return { least, most };
}

/** 0, 1, 2, … below a size: `from` would make an object of each. */
export function upTo(size: number): Uint32Array {
  const numbers = new Uint32Array(size);
  for (let i = 0; i < size; i++) numbers[i] = i;
  return numbers;
}
