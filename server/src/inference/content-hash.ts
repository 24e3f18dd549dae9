import { holdsNumbers } from './number-lists.ts';

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** A fast 64-bit hash of a sequence of texts and numbers, to tell versions of a graph apart; not for keys that an attacker may choose. */
export class ContentHash {
  #a = 0x243f6a88;
  #b = 0x13198a2e;

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.#word(text.charCodeAt(i));
    this.#word(text.length ^ 0x5bd1e995);
  }

  /** Null is different from every number. */
  number(value: number | null): void {
    if (value === null) {
      this.#word(0x6e756c6c);
      return;
    }
    float[0] = value;
    this.#word(words[0]!);
    this.#word(words[1]!);
  }

  /** Each of them and how many they are. */
  list(values: readonly (string | number | null)[]): void {
    if (holdsNumbers(values)) {
      this.#numbers(values);
      return;
    }
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (typeof value !== 'number') {
        if (value === null) this.number(null);
        else this.text(value);
        continue;
      }
      float[0] = value;
      this.#word(words[0]!);
      this.#word(words[1]!);
    }
    this.number(values.length);
  }

  /** By index and in one place: an iterator, and a call for each, make an object of every number. */
  #numbers(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) {
      float[0] = values[i]!;
      this.#word(words[0]!);
      this.#word(words[1]!);
    }
    this.number(values.length);
  }

  /** 16 hex digits. */
  digest(): string {
    const hex = (x: number): string => ((Math.imul(x ^ (x >>> 16), 0x85ebca6b) ^ (x >>> 13)) >>> 0).toString(16).padStart(8, '0');
    return hex(this.#a) + hex(this.#b);
  }

  #word(word: number): void {
    this.#a = Math.imul((this.#a << 5) ^ (this.#a >>> 27) ^ word, 0x01000193);
    this.#b = Math.imul((this.#b << 7) ^ (this.#b >>> 25) ^ word, 0x85ebca77);
  }
}
