import type { RowKey } from '../../inference/edge-row.ts';

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
  /** Distinct texts: response keys, principals and lists of `via`, by number. */
  readonly responseKeys = new Interned<string>((key) => key);
  readonly principals = new Interned<readonly [string, string]>(([source, destination]) => `${source}\0${destination}`);
  readonly vias = new Interned<readonly string[]>((via) => via.join('\0'));

  /** Response places as lists: the first of each row, the next of each place, −1 at the end. */
  readonly firstResponse: number[] = [];
  readonly nextResponse: number[] = [];
  readonly responseKeyAt: number[] = [];

  readonly #unnamed = new Set<number>();
  #table = new Uint32Array(3 * 1_024);

  get size(): number {
    return this.keys.length;
  }

  /** The number of a row by the 64-bit hash of its key; −1 if it is new. */
  find(low: number, high: number): number {
    return this.#table[3 * this.#slot(low, high) + 2]! - 1;
  }

  add(low: number, high: number, key: RowKey): number {
    if (2 * (this.size + 1) > this.#table.length / 3) this.#grow();
    const row = this.keys.push(key) - 1;
    this.#table.set([low, high, row + 1], 3 * this.#slot(low, high));
    this.latencyAt.push(this.latencyPlaces);
    this.latencyPlaces += key.layout ? key.layout.boundsMs.length + 1 : 0;
    this.firstResponse.push(-1);
    if (key.edge === null) this.#unnamed.add(row);
    return row;
  }

  /** Rows whose edges have no name yet. */
  unnamed(): readonly number[] {
    return [...this.#unnamed];
  }

  /** A key whose edge has got its name meanwhile. */
  rename(row: number, key: RowKey): void {
    this.keys[row] = key;
    this.#unnamed.delete(row);
  }

  /** The place of a response key of a row. */
  responsePlace(row: number, key: number): number {
    let last = -1;
    for (let place = this.firstResponse[row]!; place !== -1; place = this.nextResponse[place]!) {
      if (this.responseKeyAt[place] === key) return place;
      last = place;
    }
    const place = this.responseKeyAt.push(key) - 1;
    this.nextResponse.push(-1);
    if (last === -1) this.firstResponse[row] = place;
    else this.nextResponse[last] = place;
    return place;
  }

  /** Where a hash stands, or the empty slot where it would. */
  #slot(low: number, high: number): number {
    const slots = this.#table.length / 3;
    for (let slot = low & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const at = 3 * slot;
      if (this.#table[at + 2] === 0 || (this.#table[at] === low && this.#table[at + 1] === high)) return slot;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 3) if (old[at + 2] !== 0) this.#table.set(old.subarray(at, at + 3), 3 * this.#slot(old[at]!, old[at + 1]!));
  }
}

/** Values by number, equal ones once. */
export class Interned<T> {
  readonly values: T[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #textOf: (value: T) => string;

  constructor(textOf: (value: T) => string) {
    this.#textOf = textOf;
  }

  number(value: T): number {
    const text = this.#textOf(value), known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.values.length);
    return this.values.push(value) - 1;
  }
}
