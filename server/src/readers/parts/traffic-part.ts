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
 * Packs the rows of an answer. What does not fit into a narrow array goes into a wide one: nothing is rounded.
 * @param rows their numbers in the registry
 */
export function packPart(registry: RowRegistry, rows: Uint32Array, columns: Omit<RowColumns, 'keys'>): TrafficPart {
  const packAny = (values: Float64Array): Packed | null => (values.some((value) => value !== 0) ? narrow(values) : null);
  const sums = Object.fromEntries(summedFields.map((field) => [field, packAny(columns[field])])) as Record<SummedField, Packed | null>;
  const via = new Float64Array(rows.length), principals = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    via[i] = registry.vias.number(columns.via[i]!);
    principals[i] = registry.principals.number([columns.sourcePrincipal[i]!, columns.destinationPrincipal[i]!]);
  }
  const part = {
    rows, sums,
    measured: narrow(columns.measured), protocols: narrow(columns.protocols), openConnections: packAny(columns.openConnections),
    firstBucket: narrow(columns.firstBucket), lastBucket: narrow(columns.lastBucket),
    via: narrow(via), principals: narrow(principals),
    responses: placed(columns.responses, rows, (row, key) => registry.responsePlace(row, registry.responseKeys.number(key))),
    latency: placed(columns.latency, rows, (row, index) => (index < (registry.keys[row]!.layout?.boundsMs.length ?? -1) + 1 ? registry.latencyAt[row]! + index : -1)),
  };
  return { ...part, bytes: bytesOf(part) };
}

/** Counts by their places; those without one, beyond the end of their layout, belong nowhere. */
function placed<K>({ ends, keys, counts }: CountColumn<K>, rows: Uint32Array, placeOf: (row: number, key: K) => number): PlacedCounts {
  const size = rows.length === 0 ? 0 : ends[rows.length - 1]!;
  const places = new Uint32Array(size), values = new Float64Array(size);
  let used = 0;
  for (let i = 0, at = 0; i < rows.length; i++) {
    for (const end = ends[i]!; at < end; at++) {
      const place = placeOf(rows[i]!, keys[at]!);
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
