import { summedFields, type SummedField } from '../../inference/row-columns.ts';
import { letGo } from '../../inference/let-go.ts';
import { addAt, addSomeAt } from './packed.ts';
import { addCounts, addListed, adders, addSome } from './row-counts.ts';
import type { RowRegistry } from './row-registry.ts';
import { eachSum, type TrafficPart } from './traffic-part.ts';

/** Kept from window to window: those of 48,000 rows are 15 MB, and memory that is new takes longer to get than to empty. */
const free = new WeakMap<RowRegistry, Totals[]>();
/** One that is added up, and one that is still measured. */
const mostFree = 2;

/** Empty sums of a registry, to be given back. */
export function takeTotals(registry: RowRegistry): Totals {
  const known = free.get(registry)?.pop();
  if (known?.fits()) {
    known.clear();
    return known;
  }
  known?.letGo();
  return new Totals(registry);
}

/** Gives sums back that nobody reads any more. */
export function giveBack(registry: RowRegistry, totals: Totals): void {
  const others = free.get(registry);
  if (others === undefined) free.set(registry, [totals]);
  else if (others.length < mostFree) others.push(totals);
  else totals.letGo();
}

/** Sums of all rows of a registry, by their numbers. */
export class Totals {
  /** Null where no part has any. */
  readonly sums: Record<SummedField, Float64Array | null>;
  readonly open: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** One more than the number of what each row says; 0 of rows that no part has. */
  readonly facts: Uint32Array;
  readonly responses: Float64Array;
  readonly latency: Float64Array;
  readonly #registry: RowRegistry;
  #zeros: Float64Array | null = null;
  /** The only rows that have anything; null: it may be any. */
  #few: Uint32Array | null = null;

  constructor(registry: RowRegistry) {
    const { size } = registry;
    this.#registry = registry;
    this.sums = eachSum<Float64Array | null>(() => null);
    [this.open, this.first, this.last] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
    this.facts = new Uint32Array(size);
    this.responses = new Float64Array(registry.responseKeyAt.length);
    this.latency = new Float64Array(registry.latencyPlaces);
  }

  /** Whether the registry has not grown since. */
  fits(): boolean {
    const { size, responseKeyAt, latencyPlaces } = this.#registry;
    return this.facts.length === size && this.responses.length === responseKeyAt.length && this.latency.length === latencyPlaces;
  }

  /** Before the next window is added up. */
  clear(): void {
    const few = this.#few;
    this.#few = null;
    if (few) this.#clearRows(few);
    else for (const values of this.#arrays()) values.fill(0);
  }

  letGo(): void {
    letGo(this.#arrays());
  }

  #arrays(): (Uint8Array | Uint32Array | Float64Array)[] {
    return [...Object.values(this.sums).filter((one) => one !== null), this.open, this.first, this.last, this.facts, this.responses, this.latency];
  }

  /** For a field of which no part has any. */
  get zeros(): Float64Array {
    return (this.#zeros ??= new Float64Array(this.facts.length));
  }

  /** Says that only these rows have anything, so that no more is cleared. */
  onlyHas(rows: Uint32Array): void {
    this.#few = rows;
  }

  #clearRows(rows: Uint32Array): void {
    const { latencyAt, latencyPlaces, responses: { first, next } } = this.#registry;
    for (const column of [...Object.values(this.sums), this.open, this.first, this.last, this.facts]) {
      if (column) for (let i = 0; i < rows.length; i++) column[rows[i]!] = 0;
    }
    for (const row of rows) {
      this.latency.fill(0, latencyAt[row]!, latencyAt[row + 1] ?? latencyPlaces);
      for (let place = first[row]!; place !== -1; place = next[place]!) this.responses[place] = 0;
    }
  }

  /** Numbers of the rows that any part had, ascending. */
  rows(): Uint32Array {
    const rows = new Uint32Array(this.facts.length);
    let size = 0;
    for (let row = 0; row < rows.length; row++) if (this.facts[row] !== 0) rows[size++] = row;
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
    return (this.sums[field] ??= new Float64Array(this.facts.length));
  }

  #addFacts({ rows, facts, firstBucket, lastBucket }: TrafficPart, lead: number, at: Uint32Array | null): void {
    const { facts: known, first: firsts, last: lasts } = this, size = at === null ? rows.length : at.length;
    for (let n = 0; n < size; n++) {
      const i = at === null ? n : at[n]!, row = rows[i]!, fact = facts[i]!;
      const first = typeof firstBucket === 'number' ? firstBucket : firstBucket[i]!, last = (typeof lastBucket === 'number' ? lastBucket : lastBucket[i]!) + lead;
      if (known[row] === 0) {
        known[row] = fact + 1;
        firsts[row] = first;
        lasts[row] = last;
        continue;
      }
      if (known[row] !== fact + 1) known[row] = this.#registry.facts.united(known[row]! - 1, fact) + 1;
      if (first < firsts[row]!) firsts[row] = first;
      if (last > lasts[row]!) lasts[row] = last;
    }
  }
}
