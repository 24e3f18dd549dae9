import { summedFields, type SummedField } from '../../inference/row-columns.ts';
import { addAt, addSomeAt } from './packed.ts';
import { addCounts, addListed, adders, addSome } from './row-counts.ts';
import type { RowRegistry } from './row-registry.ts';
import { eachSum, type TrafficPart } from './traffic-part.ts';

/** The sums of one registry's parts, of one window at a time: 15 MB for 48,000 rows: kept, so that not each window makes as much garbage. */
const kept = new WeakMap<RowRegistry, Totals>();

export function totalsOf(registry: RowRegistry): Totals {
  let totals = kept.get(registry);
  if (totals?.fits()) totals.clear();
  else kept.set(registry, (totals = new Totals(registry)));
  return totals;
}

/** Sums of all rows of a registry, by their numbers. */
export class Totals {
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
  /** The only rows that have anything; null: it may be any. */
  #few: Uint32Array | null = null;

  constructor(registry: RowRegistry) {
    const { size } = registry;
    this.#registry = registry;
    this.seen = new Uint8Array(size);
    this.sums = eachSum<Float64Array | null>(() => null);
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

  /** Before the next window is added up. */
  clear(): void {
    const few = this.#few;
    this.#few = null;
    if (few) {
      this.#clearRows(few);
      return;
    }
    for (const values of [this.seen, ...Object.values(this.sums), this.open, this.first, this.last, this.facts, this.responses, this.latency]) values?.fill(0);
  }

  /** Says that only these rows have anything, so that no more is cleared. */
  onlyHas(rows: Uint32Array): void {
    this.#few = rows;
  }

  #clearRows(rows: Uint32Array): void {
    const { latencyAt, latencyPlaces, responses: { first, next } } = this.#registry;
    for (const column of [this.seen, ...Object.values(this.sums), this.open, this.first, this.last, this.facts]) {
      if (column) for (let i = 0; i < rows.length; i++) column[rows[i]!] = 0;
    }
    for (const row of rows) {
      this.latency.fill(0, latencyAt[row]!, latencyAt[row + 1] ?? latencyPlaces);
      for (let place = first[row]!; place !== -1; place = next[place]!) this.responses[place] = 0;
    }
  }

  /** Numbers of the rows that any part had, ascending. */
  rows(): Uint32Array {
    const rows = new Uint32Array(this.seen.length);
    let size = 0;
    for (let row = 0; row < rows.length; row++) if (this.seen[row] === 1) rows[size++] = row;
    return rows.slice(0, size);
  }

  /** @param lead seconds from the start of one of its buckets to the last step of the window in it */
  add(part: TrafficPart, lead: number): void {
    const { rows, openConnections } = part;
    for (const field of summedFields) {
      const values = part.sums[field];
      if (values !== null) addAt(this.#sumsOf(field), rows, values);
    }
    addListed(this.responses, this.#registry.responses, rows, part.responses);
    addCounts(this.latency, this.#registry.latencyAt, rows, part.latency);
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
    addSome(rows, part.responses, at, adders.listed(this.responses, this.#registry.responses));
    addSome(rows, part.latency, at, adders.from(this.latency, this.#registry.latencyAt));
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
      if (known[row] !== fact) known[row] = this.#registry.facts.united(known[row]!, fact);
      if (first < firsts[row]!) firsts[row] = first;
      if (last > lasts[row]!) lasts[row] = last;
    }
  }
}
