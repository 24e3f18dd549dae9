import type { Packed } from './packed.ts';
import type { Excess, RowCounts } from './row-counts.ts';

/**
 * Packed counts with their rows in another order; rows that it leaves out are left out.
 * @param order rows as they shall lie, each once at most
 * @param limits of each of `order`: keys from there on belong nowhere
 */
export function reordered({ sizes, firsts, counts, excess }: RowCounts, order: Uint32Array, limits: Uint32Array): RowCounts {
  const starts = new Uint32Array(sizes.length), spans = new (kindOf(sizes))(order.length), begins = new (kindOf(firsts))(order.length);
  for (let row = 1; row < starts.length; row++) starts[row] = starts[row - 1]! + sizes[row - 1]!;
  let total = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!, span = Math.max(0, Math.min(sizes[row]!, limits[i]! - firsts[row]!));
    if (span === 0) continue;
    begins[i] = firsts[row]!;
    total += spans[i] = span;
  }
  const moved = new (kindOf(counts))(total);
  for (let i = 0, at = 0; i < order.length; i++) {
    for (let from = starts[order[i]!]!, end = at + spans[i]!; at < end; at++) moved[at] = counts[from++]!;
  }
  return { sizes: spans, firsts: begins, counts: moved, excess: excess && reorderedExcess(excess, sizes.length, order, limits) };
}

function reorderedExcess({ rows, keys, counts }: Excess, size: number, order: Uint32Array, limits: Uint32Array): Excess | null {
  const first = new Int32Array(size).fill(-1), from = new Uint32Array(rows.length), to = new Uint32Array(rows.length);
  for (let n = rows.length - 1; n >= 0; n--) first[rows[n]!] = n;
  let used = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    if (first[row] === -1) continue;
    for (let n = first[row]!; rows[n] === row; n++) {
      if (keys[n]! >= limits[i]!) continue;
      to[used] = i;
      from[used++] = n;
    }
  }
  if (used === 0) return null;
  const moved = new (kindOf(counts))(used), movedKeys = new Uint32Array(used);
  for (let n = 0; n < used; n++) {
    moved[n] = counts[from[n]!]!;
    movedKeys[n] = keys[from[n]!]!;
  }
  return { rows: to.slice(0, used), keys: movedKeys, counts: moved };
}

function kindOf<T extends Packed>(values: T): new (length: number) => T {
  return values.constructor as new (length: number) => T;
}
