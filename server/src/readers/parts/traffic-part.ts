import type { CountColumn } from '../../inference/counts.ts';
import { summedFields, type RowColumns, type SummedField } from '../../inference/edge-row.ts';
import { narrow, type Packed } from './packed.ts';
import type { RowRegistry } from './row-registry.ts';

/** Sums over a part of a window, packed: about 80 bytes a row. Rows by their number in the registry, in no order. */
export interface TrafficPart {
  readonly rows: Uint32Array;
  /** Null where no row has any. */
  readonly sums: Readonly<Record<SummedField, Packed | null>>;
  readonly measured: Packed;
  readonly protocols: Packed;
  readonly openConnections: Packed | null;
  readonly firstBucket: Packed;
  readonly lastBucket: Packed;
  /** By number in the registry. */
  readonly via: Packed;
  readonly principals: Packed;
  /** Place in the registry and count. */
  readonly responses: PlacedCounts;
  readonly latency: PlacedCounts;
  readonly bytes: number;
}

export interface PlacedCounts { readonly places: Uint32Array; readonly counts: Packed }

/**
 * Packs the rows of an answer, in the order of the registry: so parts add up from front to back. What does not fit into a
 * narrow array goes into a wide one: nothing is rounded.
 * @param numbers of the rows in the registry
 */
export function packPart(registry: RowRegistry, numbers: Uint32Array, columns: Omit<RowColumns, 'keys'>): TrafficPart {
  const order = Uint32Array.from(numbers.keys()).sort((a, b) => numbers[a]! - numbers[b]!);
  const rows = order.map((at) => numbers[at]!);
  const valuesOf = (of: (at: number) => number): Float64Array => Float64Array.from(order, of);
  const pack = (values: Float64Array): Packed => narrow(valuesOf((at) => values[at]!));
  const packAny = (values: Float64Array): Packed | null => (values.some((value) => value !== 0) ? pack(values) : null);
  const part = {
    rows,
    sums: Object.fromEntries(summedFields.map((field) => [field, packAny(columns[field])])) as Record<SummedField, Packed | null>,
    measured: pack(columns.measured), protocols: pack(columns.protocols), openConnections: packAny(columns.openConnections),
    firstBucket: pack(columns.firstBucket), lastBucket: pack(columns.lastBucket),
    via: narrow(valuesOf((at) => registry.vias.number(columns.via[at]!))),
    principals: narrow(valuesOf((at) => registry.principals.number([columns.sourcePrincipal[at]!, columns.destinationPrincipal[at]!]))),
    responses: placed(columns.responses, numbers, order, (row, key) => registry.responsePlace(row, registry.responseKeys.number(key))),
    latency: placed(columns.latency, numbers, order, (row, index) => (index < (registry.keys[row]!.layout?.boundsMs.length ?? -1) + 1 ? registry.latencyAt[row]! + index : -1)),
  };
  return { ...part, bytes: bytesOf(part) };
}

/** Counts by their places; those without one, beyond the end of their layout, belong nowhere. */
function placed<K>({ ends, keys, counts }: CountColumn<K>, numbers: Uint32Array, order: Uint32Array, placeOf: (row: number, key: K) => number): PlacedCounts {
  const size = order.length === 0 ? 0 : ends[order.length - 1]!;
  const places = new Uint32Array(size), values = new Float64Array(size);
  let used = 0;
  for (const i of order) {
    for (let at = i === 0 ? 0 : ends[i - 1]!; at < ends[i]!; at++) {
      const place = placeOf(numbers[i]!, keys[at]!);
      if (place < 0) continue;
      places[used] = place;
      values[used++] = counts[at]!;
    }
  }
  return { places: used === size ? places : places.slice(0, used), counts: narrow(values.subarray(0, used)) };
}

function bytesOf({ rows, sums, responses, latency, ...others }: Omit<TrafficPart, 'bytes'>): number {
  const arrays = [rows, ...Object.values(sums), ...Object.values(others), responses.places, responses.counts, latency.places, latency.counts];
  return arrays.reduce((bytes, array) => bytes + (array?.byteLength ?? 0), 0);
}
