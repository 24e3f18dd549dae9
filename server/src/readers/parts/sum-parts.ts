import { summedFields, type RowColumns, type RowKey, type SummedField } from '../../inference/edge-row.ts';
import type { CountColumn } from '../../inference/counts.ts';
import { addAt } from './packed.ts';
import type { RowRegistry } from './row-registry.ts';
import type { TrafficPart } from './traffic-part.ts';

/** A part of a window, with the seconds from the start of one of its buckets to the last step of the window in it. */
export interface WindowPart { readonly part: TrafficPart; readonly lead: number }

/** The rows that some parts together have, in the order in which they are wanted, and their keys. */
export interface RowSet {
  readonly rows: Uint32Array;
  readonly keys: readonly RowKey[];
  /** Of `rows`. */
  readonly prefer: (order: Uint32Array) => void;
}

/**
 * What parts of a window come to: sums added, bits united, the rest as the reading query has it.
 * @param only row numbers that are wanted, null for all
 * @param rowSet gives equal rows, which come in the order of the registry, the same keys: the same array for as long as nothing about them changes
 */
export function sumParts(registry: RowRegistry, parts: readonly WindowPart[], rowSet: (rows: Uint32Array) => RowSet, only: ((row: number) => boolean) | null = null): RowColumns {
  const size = registry.size;
  const totals = new Totals(registry);
  for (const { part, lead } of parts) totals.add(part, lead);
  const chosen = new Uint32Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) if (totals.seen[row] === 1 && (only === null || only(row))) chosen[count++] = row;
  const { rows, keys, prefer } = rowSet(chosen.slice(0, count));
  const pick = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(rows.length);
    for (let i = 0; i < picked.length; i++) picked[i] = values[rows[i]!]!;
    return picked;
  };
  const zeros = new Float64Array(rows.length);
  const sums = Object.fromEntries(summedFields.map((field) => [field, totals.sums[field] === null ? zeros : pick(totals.sums[field])])) as Record<SummedField, Float64Array>;
  const principalOf = (side: 0 | 1): string[] => Array.from(rows, (row) => registry.principals.values[totals.principals[row]!]![side]);
  return {
    ...sums, keys, prefer,
    measured: pick(totals.measured), protocols: pick(totals.protocols), openConnections: pick(totals.open), firstBucket: pick(totals.first), lastBucket: pick(totals.last),
    via: Array.from(rows, (row) => registry.vias.values[totals.via[row]!]!),
    sourcePrincipal: principalOf(0), destinationPrincipal: principalOf(1),
    responses: responsesOf(registry, rows, totals.responses), latency: latencyOf(registry, rows, totals.latency),
  };
}

class Totals {
  readonly seen: Uint8Array;
  readonly sums: Record<SummedField, Float64Array | null>;
  readonly measured: Float64Array;
  readonly protocols: Float64Array;
  readonly open: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly via: Uint32Array;
  readonly principals: Uint32Array;
  readonly responses: Float64Array;
  readonly latency: Float64Array;
  readonly #registry: RowRegistry;

  constructor(registry: RowRegistry) {
    const { size } = registry;
    const column = (): Float64Array => new Float64Array(size);
    this.#registry = registry;
    this.seen = new Uint8Array(size);
    this.sums = Object.fromEntries(summedFields.map((field) => [field, null])) as Record<SummedField, null>;
    [this.measured, this.protocols, this.open, this.first, this.last] = [column(), column(), column(), column(), column()];
    this.via = new Uint32Array(size);
    this.principals = new Uint32Array(size);
    this.responses = new Float64Array(registry.responseKeyAt.length);
    this.latency = new Float64Array(registry.latencyPlaces);
  }

  add(part: TrafficPart, lead: number): void {
    const { rows } = part;
    for (const field of summedFields) {
      const values = part.sums[field];
      if (values !== null) addAt((this.sums[field] ??= new Float64Array(this.seen.length)), rows, values);
    }
    addAt(this.responses, part.responses.places, part.responses.counts);
    addAt(this.latency, part.latency.places, part.latency.counts);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!, first = part.firstBucket[i]!, last = part.lastBucket[i]! + lead;
      if (this.seen[row] === 0) {
        this.seen[row] = 1;
        this.measured[row] = part.measured[i]!;
        this.protocols[row] = part.protocols[i]!;
        this.first[row] = first;
        this.last[row] = last;
        this.via[row] = part.via[i]!;
        this.principals[row] = part.principals[i]!;
        continue;
      }
      this.measured[row]! |= part.measured[i]!;
      this.protocols[row]! |= part.protocols[i]!;
      if (first < this.first[row]!) this.first[row] = first;
      if (last > this.last[row]!) this.last[row] = last;
      if (this.via[row] !== part.via[i]) this.via[row] = this.#united(this.via[row]!, part.via[i]!);
      if (this.principals[row] !== part.principals[i]) this.principals[row] = this.#greater(this.principals[row]!, part.principals[i]!);
    }
    const { openConnections } = part;
    if (openConnections !== null) for (let i = 0; i < rows.length; i++) this.open[rows[i]!] = Math.max(this.open[rows[i]!]!, openConnections[i]!);
  }

  #united(a: number, b: number): number {
    const { vias } = this.#registry;
    return vias.number([...new Set([...vias.values[a]!, ...vias.values[b]!])].sort());
  }

  /** The greater of each, as `max` has it. */
  #greater(a: number, b: number): number {
    const { principals } = this.#registry, [sa, da] = principals.values[a]!, [sb, db] = principals.values[b]!;
    return principals.number([sa > sb ? sa : sb, da > db ? da : db]);
  }
}

function responsesOf(registry: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<string> {
  const ends = new Float64Array(rows.length), keys: string[] = [], counts: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    for (let place = registry.firstResponse[rows[i]!]!; place !== -1; place = registry.nextResponse[place]!) {
      if (totals[place] === 0) continue;
      keys.push(registry.responseKeys.values[registry.responseKeyAt[place]!]!);
      counts.push(totals[place]!);
    }
    ends[i] = keys.length;
  }
  return { ends, keys, counts };
}

function latencyOf(registry: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<number> {
  const ends = new Float64Array(rows.length), keys = new Uint16Array(totals.length), counts = new Float64Array(totals.length);
  let used = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!, from = registry.latencyAt[row]!, to = registry.latencyAt[row + 1] ?? registry.latencyPlaces;
    for (let at = from; at < to; at++) {
      if (totals[at] === 0) continue;
      keys[used] = at - from;
      counts[used++] = totals[at]!;
    }
    ends[i] = used;
  }
  return { ends, keys, counts };
}
