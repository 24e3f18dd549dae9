/** Numbers in the narrowest array that holds them all exactly. */
export type Packed = Uint8Array | Uint16Array | Uint32Array | Float64Array;

export function narrow(values: Float64Array): Packed {
  let most = 0;
  for (const value of values) {
    if (value < 0 || !Number.isInteger(value)) return values.slice();
    if (value > most) most = value;
  }
  if (most < 0x100) return new Uint8Array(values);
  if (most < 0x1_0000) return new Uint16Array(values);
  return most < 0x1_0000_0000 ? new Uint32Array(values) : values.slice();
}

/** Adds each number to the sum at its place. */
export function addAt(sums: Float64Array, places: Uint32Array, values: Packed): void {
  // One loop for each kind of array, so that each is compiled for its own.
  if (values instanceof Uint8Array) for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
  else if (values instanceof Uint16Array) for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
  else if (values instanceof Uint32Array) for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
  else for (let i = 0; i < values.length; i++) sums[places[i]!]! += values[i]!;
}
