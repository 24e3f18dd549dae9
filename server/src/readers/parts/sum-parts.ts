import { summedFields, type RowColumns, type RowKey, type SummedField } from '../../inference/row-columns.ts';
import type { CountColumn } from '../../inference/counts.ts';
import { addAt, addRows, addSomeAt, addSomeRows } from './packed.ts';
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
 * @param wanted 1 for each row of the registry that is wanted; null for all
 * @param rowSet gives equal rows, which come in the order of the registry, the same keys: the same array for as long as nothing about them changes
 */
export function sumParts(registry: RowRegistry, parts: readonly WindowPart[], rowSet: (rows: Uint32Array) => RowSet, wanted: Uint8Array | null = null): RowColumns {
  const size = registry.size;
  const totals = totalsOf(registry);
  const indexes = new Map<Uint32Array, Uint32Array>();
  for (const { part, lead } of parts) {
    if (!wanted) {
      totals.add(part, lead);
      continue;
    }
    // Most parts have the same rows.
    let at = indexes.get(part.rows);
    if (!at) indexes.set(part.rows, (at = indexesOf(part.rows, wanted)));
    totals.addSome(part, lead, at);
  }
  const chosen = new Uint32Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) if (totals.seen[row] === 1) chosen[count++] = row;
  const { rows, keys, prefer } = rowSet(chosen.slice(0, count));
  const pick = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(rows.length);
    for (let i = 0; i < picked.length; i++) picked[i] = values[rows[i]!]!;
    return picked;
  };
  const zeros = new Float64Array(rows.length);
  const sums = Object.fromEntries(summedFields.map((field) => [field, totals.sums[field] === null ? zeros : pick(totals.sums[field])])) as Record<SummedField, Float64Array>;
  return {
    ...sums, keys, prefer, ...factsOf(registry, rows, totals.facts),
    openConnections: pick(totals.open), firstBucket: pick(totals.first), lastBucket: pick(totals.last),
    responses: responsesOf(registry, rows, totals.responses), latency: latencyOf(registry, rows, totals.latency),
  };
}

function factsOf(registry: RowRegistry, rows: Uint32Array, numbers: Uint32Array): Pick<RowColumns, 'measured' | 'protocols' | 'via' | 'sourcePrincipal' | 'destinationPrincipal'> {
  const measured = new Float64Array(rows.length), protocols = new Float64Array(rows.length);
  const via = new Array<readonly string[]>(rows.length), sourcePrincipal = new Array<string>(rows.length), destinationPrincipal = new Array<string>(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const facts = registry.facts.values[numbers[rows[i]!]!]!;
    measured[i] = facts.measured;
    protocols[i] = facts.protocols;
    via[i] = facts.via;
    sourcePrincipal[i] = facts.sourcePrincipal;
    destinationPrincipal[i] = facts.destinationPrincipal;
  }
  return { measured, protocols, via, sourcePrincipal, destinationPrincipal };
}

/** Sums over the parts of one window at a time, 15 MB for 48,000 rows: kept, so that not each window makes as much garbage. */
const kept = new WeakMap<RowRegistry, Totals>();

function totalsOf(registry: RowRegistry): Totals {
  let totals = kept.get(registry);
  if (totals?.fits()) totals.clear();
  else kept.set(registry, (totals = new Totals(registry)));
  return totals;
}

class Totals {
  readonly seen: Uint8Array;
  /** Null where no part has any. */
  readonly sums: Record<SummedField, Float64Array | null>;
  readonly open: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly facts: Uint32Array;
  readonly responses: Float64Array;
  readonly latency: Float64Array;
  readonly #registry: RowRegistry;

  constructor(registry: RowRegistry) {
    const { size } = registry;
    this.#registry = registry;
    this.seen = new Uint8Array(size);
    this.sums = Object.fromEntries(summedFields.map((field) => [field, null])) as Record<SummedField, null>;
    [this.open, this.first, this.last] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
    this.facts = new Uint32Array(size);
    this.responses = new Float64Array(registry.responseKeyAt.length);
    this.latency = new Float64Array(registry.latencyPlaces);
  }

  /** Whether the registry has not grown since. */
  fits(): boolean {
    const { size, responseKeyAt, latencyPlaces } = this.#registry;
    return this.seen.length === size && this.responses.length === responseKeyAt.length && this.latency.length === latencyPlaces;
  }

  clear(): void {
    for (const values of [this.seen, ...Object.values(this.sums), this.open, this.first, this.last, this.facts, this.responses, this.latency]) values?.fill(0);
  }

  add(part: TrafficPart, lead: number): void {
    const { rows, openConnections } = part;
    for (const field of summedFields) {
      const values = part.sums[field];
      if (values !== null) addAt(this.#sumsOf(field), rows, values);
    }
    addAt(this.responses, part.responses.keys, part.responses.counts);
    addRows(this.latency, this.#registry.latencyAt, rows, part.latency);
    this.#addFacts(part, lead, null);
    if (openConnections !== null) for (let i = 0; i < rows.length; i++) this.open[rows[i]!] = Math.max(this.open[rows[i]!]!, openConnections[i]!);
  }

  /** @param at indexes of the rows of the part that are added, ascending */
  addSome(part: TrafficPart, lead: number, at: Uint32Array): void {
    const { rows, openConnections } = part;
    for (const field of summedFields) {
      const values = part.sums[field];
      if (values !== null) addSomeAt(this.#sumsOf(field), rows, values, at);
    }
    addSomeRows(this.responses, null, rows, part.responses, at);
    addSomeRows(this.latency, this.#registry.latencyAt, rows, part.latency, at);
    this.#addFacts(part, lead, at);
    if (openConnections !== null) for (let n = 0; n < at.length; n++) this.open[rows[at[n]!]!] = Math.max(this.open[rows[at[n]!]!]!, openConnections[at[n]!]!);
  }

  #sumsOf(field: SummedField): Float64Array {
    return (this.sums[field] ??= new Float64Array(this.seen.length));
  }

  #addFacts({ rows, facts, firstBucket, lastBucket }: TrafficPart, lead: number, at: Uint32Array | null): void {
    const { seen, facts: known, first: firsts, last: lasts } = this, size = at === null ? rows.length : at.length;
    for (let n = 0; n < size; n++) {
      const i = at === null ? n : at[n]!, row = rows[i]!, fact = facts[i]!;
      const first = typeof firstBucket === 'number' ? firstBucket : firstBucket[i]!, last = (typeof lastBucket === 'number' ? lastBucket : lastBucket[i]!) + lead;
      if (seen[row] === 0) {
        seen[row] = 1;
        known[row] = fact;
        firsts[row] = first;
        lasts[row] = last;
        continue;
      }
      if (known[row] !== fact) known[row] = this.#registry.united(known[row]!, fact);
      if (first < firsts[row]!) firsts[row] = first;
      if (last > lasts[row]!) lasts[row] = last;
    }
  }
}

function indexesOf(rows: Uint32Array, wanted: Uint8Array): Uint32Array {
  const indexes = new Uint32Array(rows.length);
  let size = 0;
  for (let i = 0; i < rows.length; i++) if (wanted[rows[i]!] === 1) indexes[size++] = i;
  return indexes.subarray(0, size);
}

function responsesOf(registry: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<string> {
  const { firstResponse, nextResponse, responseKeyAt, responseKeys: { values } } = registry;
  const ends = new Float64Array(rows.length), keys: string[] = [], counts: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    for (let place = firstResponse[rows[i]!]!; place !== -1; place = nextResponse[place]!) {
      const count = totals[place]!;
      if (count === 0) continue;
      keys.push(values[responseKeyAt[place]!]!);
      counts.push(count);
    }
    ends[i] = keys.length;
  }
  return { ends, keys, counts };
}

function latencyOf(registry: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<number> {
  const { latencyAt, latencyPlaces } = registry, ends = new Float64Array(rows.length);
  const endOf = (row: number): number => latencyAt[row + 1] ?? latencyPlaces;
  let size = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let at = latencyAt[rows[i]!]!, to = endOf(rows[i]!); at < to; at++) if (totals[at] !== 0) size++;
    ends[i] = size;
  }
  const keys = new Uint16Array(size), counts = new Float64Array(size);
  for (let i = 0, used = 0; i < rows.length; i++) {
    for (let from = latencyAt[rows[i]!]!, at = from; used < ends[i]!; at++) {
      if (totals[at] === 0) continue;
      keys[used] = at - from;
      counts[used++] = totals[at]!;
    }
  }
  return { ends, keys, counts };
}
