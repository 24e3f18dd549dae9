/** Counts by key, each key told once. A Map is one, and so is a stretch of an answer's arrays. */
export interface Counts<K> extends Iterable<readonly [K, number]> {
  readonly size: number;
  get(key: K): number | undefined;
  forEach(tell: (count: number, key: K) => void): void;
}

/** Counts of many rows one behind the other: those of row i stand from `ends[i − 1]` (0 for the first) to `ends[i]`. Some may be 0: they are none. */
export interface CountColumn<K> {
  readonly ends: ArrayLike<number>;
  readonly keys: ArrayLike<K>;
  readonly counts: ArrayLike<number>;
}

/** Counts of many rows by place: row i has one for each of the keys 0, 1, 2, … from `starts[i]` to where the next begins. Those of 0 are none. */
export interface PlacedCounts {
  readonly starts: readonly number[];
  readonly counts: Float64Array;
}

/**
 * Counts as they lie: those at `from` … `to` − 1 of the two arrays. What is asked of each of 20,000 edges looks at these, for a
 * function told of each count makes an object of it.
 */
export interface CountList<K> {
  readonly keys: ArrayLike<K>;
  readonly counts: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
}

/** Counts as they lie; those of a Map are written down. */
export function listed<K>(counts: Counts<K>): CountList<K> {
  if (counts instanceof CountSlice || counts instanceof CountTable) return counts as CountList<K>;
  return { keys: Array.from(counts, ([key]) => key), counts: Array.from(counts, ([, count]) => count), from: 0, to: counts.size };
}

/** The counts of one row, read in place. */
export class CountSlice<K> implements Counts<K>, CountList<K> {
  readonly keys: ArrayLike<K>;
  readonly counts: ArrayLike<number>;
  readonly from: number;
  readonly to: number;

  constructor({ ends, keys, counts }: CountColumn<K>, row: number) {
    this.keys = keys;
    this.counts = counts;
    this.from = row === 0 ? 0 : ends[row - 1]!;
    this.to = ends[row]!;
  }

  get size(): number {
    let size = 0;
    for (let at = this.from; at < this.to; at++) if (this.counts[at] !== 0) size++;
    return size;
  }

  get(key: K): number | undefined {
    const { keys, counts } = this;
    for (let at = this.from; at < this.to; at++) if (keys[at] === key) return counts[at] === 0 ? undefined : counts[at];
    return undefined;
  }

  forEach(tell: (count: number, key: K) => void): void {
    const { keys, counts } = this;
    for (let at = this.from; at < this.to; at++) if (counts[at] !== 0) tell(counts[at]!, keys[at]!);
  }

  /** Adds each count to the sum at its key; keys beyond the sums belong nowhere. @returns all that was added */
  addTo(this: CountSlice<number>, sums: Float64Array): number {
    const { keys, counts } = this;
    let total = 0;
    for (let at = this.from; at < this.to; at++) {
      const key = keys[at]!, count = counts[at]!;
      if (key >= sums.length) continue;
      sums[key]! += count;
      total += count;
    }
    return total;
  }

  *[Symbol.iterator](): IterableIterator<readonly [K, number]> {
    for (let at = this.from; at < this.to; at++) if (this.counts[at] !== 0) yield [this.keys[at]!, this.counts[at]!];
  }
}

/** The counts of one row that lie by place. */
export class CountRun implements Counts<number> {
  readonly #counts: Float64Array;
  readonly #from: number;
  readonly #to: number;

  constructor({ starts, counts }: PlacedCounts, row: number) {
    this.#counts = counts;
    this.#from = starts[row]!;
    this.#to = starts[row + 1] ?? counts.length;
  }

  get size(): number {
    let size = 0;
    for (let at = this.#from; at < this.#to; at++) if (this.#counts[at] !== 0) size++;
    return size;
  }

  get(key: number): number | undefined {
    const at = this.#from + key;
    return at < this.#to && this.#counts[at] !== 0 ? this.#counts[at] : undefined;
  }

  forEach(tell: (count: number, key: number) => void): void {
    for (let at = this.#from; at < this.#to; at++) if (this.#counts[at] !== 0) tell(this.#counts[at]!, at - this.#from);
  }

  /** As `CountSlice.addTo`. */
  addTo(sums: Float64Array): number {
    const counts = this.#counts, from = this.#from, to = Math.min(this.#to, from + sums.length);
    let total = 0;
    for (let at = from; at < to; at++) {
      sums[at - from]! += counts[at]!;
      total += counts[at]!;
    }
    return total;
  }

  *[Symbol.iterator](): IterableIterator<readonly [number, number]> {
    for (let at = this.#from; at < this.#to; at++) if (this.#counts[at] !== 0) yield [at - this.#from, this.#counts[at]!];
  }
}

const none = new Float64Array(), fewest = 4;

/** Beyond so many keys looking through all of them takes longer than an index. */
const fewKeys = 16;

/** Counts that are added up. Most have a few keys: those are looked through, and cleared at no cost, where a Map makes a new table of itself. */
export class CountTable<K> implements Counts<K>, CountList<K> {
  readonly keys: K[] = [];
  /** Of one kind with those of rows: a place that reads both of either is compiled for one. */
  counts: Float64Array = none;
  readonly from = 0;
  /** As many as there are; what stands behind is left over. */
  to = 0;
  #places: Map<K, number> | null = null;

  get size(): number {
    return this.to;
  }

  clear(): void {
    this.to = 0;
    this.#places = null;
  }

  get(key: K): number | undefined {
    const place = this.#placeOf(key);
    return place === -1 ? undefined : this.counts[place];
  }

  /** Of 0 there is nothing to add. */
  add(key: K, count: number): void {
    if (count === 0) return;
    const place = this.#placeFor(key);
    this.counts[place]! += count;
  }

  /** As `add` of a count as it lies: handed over, each would become an object. */
  addFrom(key: K, counts: ArrayLike<number>, at: number): void {
    if (counts[at] === 0) return;
    const place = this.#placeFor(key);
    this.counts[place]! += counts[at]!;
  }

  /** Takes out what was added before; a key of which nothing is left is no more. */
  take(key: K, count: number): void {
    this.add(key, -count);
    const place = this.#placeOf(key), last = this.to - 1;
    if (this.counts[place] !== 0) return;
    this.#places?.delete(key);
    if (place !== last) {
      this.keys[place] = this.keys[last]!;
      this.counts[place] = this.counts[last]!;
      this.#places?.set(this.keys[place], place);
    }
    this.to = last;
  }

  forEach(tell: (count: number, key: K) => void): void {
    for (let i = 0; i < this.to; i++) tell(this.counts[i]!, this.keys[i]!);
  }

  *[Symbol.iterator](): IterableIterator<readonly [K, number]> {
    for (let i = 0; i < this.to; i++) yield [this.keys[i]!, this.counts[i]!];
  }

  #grow(): void {
    const counts = new Float64Array(Math.max(fewest, 2 * this.counts.length));
    counts.set(this.counts);
    this.counts = counts;
  }

  /** Of a key that is not there yet, a new place with 0. */
  #placeFor(key: K): number {
    const known = this.#placeOf(key);
    if (known !== -1) return known;
    const place = this.to++;
    if (place === this.counts.length) this.#grow();
    this.keys[place] = key;
    this.counts[place] = 0;
    this.#places?.set(key, place);
    if (this.to > fewKeys) this.#places ??= new Map(this.keys.slice(0, this.to).map((one, i) => [one, i]));
    return place;
  }

  #placeOf(key: K): number {
    if (this.#places) return this.#places.get(key) ?? -1;
    for (let i = 0; i < this.to; i++) if (this.keys[i] === key) return i;
    return -1;
  }
}
