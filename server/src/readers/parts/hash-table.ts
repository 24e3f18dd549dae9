/** Numbers by 64-bit hashes, open addressing with linear probing: 12 bytes a slot, at most half of them taken. */
export class HashTable {
  /** Low half, high half, number + 1; 0 = empty. */
  #slots: Uint32Array;
  #size = 0;

  /** @param expected so many fit without growing */
  constructor(expected = 512) {
    this.#slots = new Uint32Array(3 * 2 ** Math.ceil(Math.log2(2 * expected + 2)));
  }

  /** −1 if there is none. */
  get(low: number, high: number): number {
    return this.#slots[this.#find(low, high) + 2]! - 1;
  }

  set(low: number, high: number, number: number): void {
    if (6 * (this.#size + 1) > this.#slots.length) this.#grow();
    const at = this.#find(low, high);
    if (this.#slots[at + 2] === 0) this.#size++;
    this.#slots[at] = low;
    this.#slots[at + 1] = high;
    this.#slots[at + 2] = number + 1;
  }

  /** Where a hash stands, or the empty slot where it would. */
  #find(low: number, high: number): number {
    const mask = this.#slots.length / 3 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = 3 * slot;
      if (this.#slots[at + 2] === 0 || (this.#slots[at] === low && this.#slots[at + 1] === high)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 3) if (old[at + 2] !== 0) this.#slots.set(old.subarray(at, at + 3), this.#find(old[at]!, old[at + 1]!));
  }
}
