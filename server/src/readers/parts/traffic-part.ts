import type { CountColumn } from '../../inference/counts.ts';
import { summedFields, type RowColumns, type SummedField } from '../../inference/row-columns.ts';
import { narrow, sameNumbers, type Packed, type RowCounts } from './packed.ts';
import type { RowRegistry } from './row-registry.ts';

/** Sums over a part of a window, packed to some 50 bytes a row. */
export interface TrafficPart {
  /** Numbers in the registry, ascending. */
  readonly rows: Uint32Array;
  /** Null where no row has any. */
  readonly sums: Readonly<Record<SummedField, Packed | null>>;
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

/** Counts of rows by places of the registry: `sizes` of each row, then places and counts one behind the other. */
export interface PlaceCounts { readonly sizes: Uint16Array; readonly keys: Uint32Array; readonly counts: Packed }

/**
 * Packs the rows of an answer in the order of the registry: so parts add up from front to back. What does not fit into a
 * narrow array goes into a wide one: nothing is rounded. Rows of one number, what two scrapes brought of one bucket, become one.
 * @param numbers of the rows in the registry
 * @param shelved rows of an earlier part: equal ones are shared
 */
export function packPart(registry: RowRegistry, numbers: Uint32Array, columns: Omit<RowColumns, 'keys'>, shelved: Uint32Array | null = null): TrafficPart {
  const order = ascending(numbers, registry.size), starts = groupStarts(numbers, order), size = starts.length - 1;
  const fresh = new Uint32Array(size), facts = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    const row = (fresh[i] = numbers[order[starts[i]!]!]!);
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const at = order[k]!;
      const fact = registry.factsOf(row, columns.measured[at]!, columns.protocols[at]!, columns.via[at]!, columns.sourcePrincipal[at]!, columns.destinationPrincipal[at]!);
      facts[i] = k === starts[i] ? fact : registry.united(facts[i]!, fact);
    }
  }
  const rows = shelved && sameNumbers(shelved, fresh) ? shelved : fresh;
  const scratch = new Float64Array(size);
  const pack = (values: Float64Array, join: (a: number, b: number) => number): Packed => {
    for (let i = 0; i < size; i++) {
      let value = values[order[starts[i]!]!]!;
      for (let k = starts[i]! + 1; k < starts[i + 1]!; k++) value = join(value, values[order[k]!]!);
      scratch[i] = value;
    }
    return narrow(scratch);
  };
  const part = {
    rows, facts,
    sums: Object.fromEntries(summedFields.map((field) => [field, isZero(columns[field]) ? null : pack(columns[field], plus)])) as Record<SummedField, Packed | null>,
    openConnections: isZero(columns.openConnections) ? null : pack(columns.openConnections, Math.max),
    firstBucket: only(columns.firstBucket) ?? pack(columns.firstBucket, Math.min), lastBucket: only(columns.lastBucket) ?? pack(columns.lastBucket, Math.max),
    responses: rowCounts(columns.responses, order, starts, (at, key) => registry.responsePlace(numbers[at]!, registry.responseKeys.number(key))),
    latency: narrowKeys(rowCounts(columns.latency, order, starts, (at, index) => (index < registry.latencySize(numbers[at]!) ? index : -1))),
  };
  return { ...part, bytes: bytesOf(part, rows === fresh) };
}

const plus = (a: number, b: number): number => a + b;

/** Where in `order` each number begins, and the end. */
function groupStarts(numbers: Uint32Array, order: Uint32Array): Uint32Array {
  const starts = new Uint32Array(order.length + 1);
  let size = 0;
  for (let i = 0; i < order.length; i++) if (i === 0 || numbers[order[i]!] !== numbers[order[i - 1]!]) starts[size++] = i;
  starts[size] = order.length;
  return starts.slice(0, size + 1);
}

/** Positions in the order of their numbers, by counting: numbers are below `size`. */
function ascending(numbers: Uint32Array, size: number): Uint32Array {
  const next = new Uint32Array(size + 1), order = new Uint32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) next[numbers[i]! + 1]!++;
  for (let number = 1; number <= size; number++) next[number]! += next[number - 1]!;
  for (let i = 0; i < numbers.length; i++) order[next[numbers[i]!]!++] = i;
  return order;
}

function isZero(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) return false;
  return true;
}

/** The number that all of them are, null if there is none. */
function only(values: Float64Array): number | null {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return null;
  return first ?? null;
}

/** Counts by their packed keys; those that `keyOf` knows no place for (below 0), beyond the end of their layout, belong nowhere. */
function rowCounts<K>({ ends, keys, counts }: CountColumn<K>, order: Uint32Array, starts: Uint32Array, keyOf: (at: number, key: K) => number): PlaceCounts {
  const most = order.length === 0 ? 0 : ends[order.length - 1]!;
  const sizes = new Uint16Array(starts.length - 1), packedKeys = new Uint32Array(most), values = new Float64Array(most);
  let used = 0;
  for (let i = 0; i < sizes.length; i++) {
    const before = used;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const at = order[k]!;
      for (let from = at === 0 ? 0 : ends[at - 1]!; from < ends[at]!; from++) {
        const key = keyOf(at, keys[from]!);
        if (key < 0) continue;
        const known = k === starts[i] ? used : placeOf(packedKeys, key, before, used);
        if (known < used) {
          values[known]! += counts[from]!;
          continue;
        }
        packedKeys[used] = key;
        values[used++] = counts[from]!;
      }
    }
    sizes[i] = used - before;
  }
  return { sizes, keys: packedKeys.slice(0, used), counts: narrow(values.subarray(0, used)) };
}

/** Where a key stands in [from, to); `to` if nowhere. */
function placeOf(keys: Uint32Array, key: number, from: number, to: number): number {
  let at = from;
  while (at < to && keys[at] !== key) at++;
  return at;
}

function narrowKeys({ sizes, keys, counts }: PlaceCounts): RowCounts {
  return { sizes, keys: keys.every((key) => key < 0x100) ? new Uint8Array(keys) : keys, counts };
}

/** Bytes of a part's arrays; those of its rows where it does not share them. */
export function bytesOf({ rows, sums, responses, latency, openConnections, facts, firstBucket, lastBucket }: Omit<TrafficPart, 'bytes'>, ownRows: boolean): number {
  const arrays = [ownRows ? rows : null, ...Object.values(sums), openConnections, facts, firstBucket, lastBucket, responses.sizes, responses.keys, responses.counts, latency.sizes, latency.keys, latency.counts];
  return arrays.reduce<number>((bytes, array) => bytes + (array === null || typeof array === 'number' ? 0 : array.byteLength), 0);
}
