import type { Edge } from '@orrery/collectors/model/edge';
import type { RowKey } from '../../inference/row-columns.ts';
import { FactTable, internedTexts, type RowFacts } from './fact-table.ts';
import { HashTable } from './hash-table.ts';

/** Those of row i stand from `ends[i − 1]` (0 for the first) to `ends[i]`. */
export interface ResponsePlaces { readonly ends: Uint32Array; readonly places: Uint32Array; readonly keys: readonly string[] }

/**
 * Numbers the rows of a tenant: (edge, instrument, side, feed, intent, layout) → 0, 1, 2, …, so that parts of windows add
 * up by index. Beside it each row's latency bounds and response keys have places of their own in one long array each.
 * Grows with what is seen; whoever owns it bounds that by starting anew.
 */
export class RowRegistry {
  readonly keys: RowKey[] = [];
  /** Where the latency counts of a row begin; one place for each bucket of its layout. */
  readonly latencyAt: number[] = [];
  latencyPlaces = 0;
  readonly responseKeys = internedTexts();
  readonly facts = new FactTable();

  /** Response places as lists: the first of each row, the next of each place, −1 at the end. */
  readonly responses = { first: [] as number[], next: [] as number[] };
  readonly responseKeyAt: number[] = [];

  #currentKeys: readonly RowKey[] | null = null;
  #currentPlaces: ResponsePlaces = { ends: new Uint32Array(), places: new Uint32Array(), keys: [] };
  readonly #byHash = new HashTable();
  readonly #byNamespace = new Map<string, number[]>();
  readonly #unnamed = new Set<number>();
  readonly #lastFacts: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  /** The keys by number as they are now: the same list until a row comes, or gets its name. */
  get currentKeys(): readonly RowKey[] {
    return (this.#currentKeys ??= this.keys.slice());
  }

  /** Response places row after row, and the keys at them: the same lists until a place comes. */
  get currentPlaces(): ResponsePlaces {
    if (this.#currentPlaces.places.length !== this.responseKeyAt.length || this.#currentPlaces.ends.length !== this.size) this.#currentPlaces = this.#placesByRow();
    return this.#currentPlaces;
  }

  #placesByRow(): ResponsePlaces {
    const { first, next } = this.responses, ends = new Uint32Array(this.size), places = new Uint32Array(this.responseKeyAt.length);
    let used = 0;
    for (let row = 0; row < ends.length; row++) {
      for (let place = first[row]!; place !== -1; place = next[place]!) places[used++] = place;
      ends[row] = used;
    }
    return { ends, places, keys: Array.from(places, (place) => this.responseKeys.values[this.responseKeyAt[place]!]!) };
  }

  /** The number of a row by the 64-bit hash of its key; −1 if it is new. */
  find(low: number, high: number): number {
    return this.#byHash.get(low, high);
  }

  add(low: number, high: number, key: RowKey): void {
    const row = this.keys.push(key) - 1;
    this.#currentKeys = null;
    this.#byHash.set(low, high, row);
    this.latencyAt.push(this.latencyPlaces);
    this.latencyPlaces += this.latencySize(row);
    this.responses.first.push(-1);
    this.#lastFacts.push(-1);
    if (key.edge === null) this.#unnamed.add(row);
    else this.#place(row, key.edge);
  }

  /** 1 for each row of an edge that begins or ends in one of these namespaces. */
  ofNamespaces(namespaces: readonly string[]): Uint8Array {
    const rows = new Uint8Array(this.size);
    for (const namespace of namespaces) this.#byNamespace.get(namespace)?.forEach((row) => { rows[row] = 1; });
    return rows;
  }

  #place(row: number, { source, destination }: Edge): void {
    for (const namespace of source.namespace === destination.namespace ? [source.namespace] : [source.namespace, destination.namespace]) {
      const rows = this.#byNamespace.get(namespace);
      if (rows) rows.push(row);
      else this.#byNamespace.set(namespace, [row]);
    }
  }

  /** Rows whose edges have no name yet. */
  unnamed(): readonly number[] {
    return [...this.#unnamed];
  }

  /** A key whose edge has got its name meanwhile. */
  rename(row: number, key: RowKey): void {
    this.keys[row] = key;
    this.#currentKeys = null;
    this.#unnamed.delete(row);
    if (key.edge) this.#place(row, key.edge);
  }

  /** Buckets of the layout of a row. */
  latencySize(row: number): number {
    const { layout } = this.keys[row]!;
    return layout ? layout.boundsMs.length + 1 : 0;
  }

  /** The number of what a row says; mostly it says the same as before. */
  factsOf(row: number, facts: RowFacts): number {
    const last = this.#lastFacts[row]!;
    if (this.facts.says(last, facts)) return last;
    return (this.#lastFacts[row] = this.facts.number(facts));
  }

  /** The place of a response key in the list of a row, which gets one if it has none: 0, 1, 2, … */
  responseNumber(row: number, key: number): number {
    const { first, next } = this.responses;
    let last = -1, number = 0;
    for (let place = first[row]!; place !== -1; place = next[place]!, number++) {
      if (this.responseKeyAt[place] === key) return number;
      last = place;
    }
    const place = this.responseKeyAt.push(key) - 1;
    next.push(-1);
    if (last === -1) first[row] = place;
    else next[last] = place;
    return number;
  }
}
