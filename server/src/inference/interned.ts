/** Values by number, 0, 1, 2, …: of those with equal keys the one that came first. */
export class Interned<T, K = string> {
  readonly values: T[] = [];
  readonly #numbers = new Map<K, number>();
  readonly #keyOf: (value: T) => K;

  constructor(keyOf: (value: T) => K) {
    this.#keyOf = keyOf;
  }

  number(value: T): number {
    const key = this.#keyOf(value), known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
