/** Counts by key, each key told once. A Map is one, and so is a stretch of an answer's arrays. */
export interface Counts<K> extends Iterable<readonly [K, number]> {
  readonly size: number;
  get(key: K): number | undefined;
  forEach(tell: (count: number, key: K) => void): void;
}

/** Counts of many rows one behind the other: those of row i stand from `ends[i − 1]` (0 for the first) to `ends[i]`. */
export interface CountColumn<K> {
  readonly ends: ArrayLike<number>;
  readonly keys: ArrayLike<K>;
  readonly counts: ArrayLike<number>;
}

/** The counts of one row, read in place. */
export class CountSlice<K> implements Counts<K> {
  readonly #column: CountColumn<K>;
  readonly #from: number;
  readonly #to: number;

  constructor(column: CountColumn<K>, row: number) {
    this.#column = column;
    this.#from = row === 0 ? 0 : column.ends[row - 1]!;
    this.#to = column.ends[row]!;
  }

  get size(): number {
    return this.#to - this.#from;
  }

  get(key: K): number | undefined {
    const { keys, counts } = this.#column;
    for (let at = this.#from; at < this.#to; at++) if (keys[at] === key) return counts[at];
    return undefined;
  }

  forEach(tell: (count: number, key: K) => void): void {
    const { keys, counts } = this.#column;
    for (let at = this.#from; at < this.#to; at++) tell(counts[at]!, keys[at]!);
  }

  *[Symbol.iterator](): IterableIterator<readonly [K, number]> {
    const { keys, counts } = this.#column;
    for (let at = this.#from; at < this.#to; at++) yield [keys[at]!, counts[at]!];
  }
}
