import { holdsNumbers } from '../../inference/number-lists.ts';

/** No number of JSON is longer, with what parts it from the next. */
const longestNumber = 26;
const powers = Float64Array.from({ length: 10 }, (_, i) => 10 ** i);
const quote = 0x22, comma = 0x2c, dot = 0x2e, zero = 0x30, open = 0x5b, close = 0x5d, backslash = 0x5c, firstPrinted = 0x20, lastPrinted = 0x7e;
const nothing = Buffer.from('null');
const shortest = 64;

/**
 * JSON as it is written, UTF-8. Numbers are put down digit by digit, as `JSON.stringify` has them: a text of 2 MB, and the
 * same again as bytes, are garbage that every graph would leave behind.
 */
export class JsonBytes {
  #bytes: Buffer;
  #used = 0;
  #room = 0;

  /** @param size that will most likely do */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** All that was written; nothing may be written any more. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  /** The room that it took to write it: more than it became, for what comes next may be longer. */
  get room(): number {
    return this.#room;
  }

  text(text: string): void {
    this.#need(3 * text.length);
    this.#used += this.#bytes.write(text, this.#used, 'utf8');
  }

  copy(more: Buffer): void {
    this.#need(more.length);
    const bytes = this.#bytes, at = this.#used;
    // Calling for a name costs more than it takes to write it.
    if (more.length > shortest) bytes.set(more, at);
    else for (let i = 0; i < more.length; i++) bytes[at + i] = more[i]!;
    this.#used += more.length;
  }

  /** Writes a text with its quotes. */
  quoted(text: string): void {
    this.#need(text.length + 2);
    const bytes = this.#bytes;
    let at = this.#used;
    bytes[at++] = quote;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < firstPrinted || code > lastPrinted || code === quote || code === backslash) return void this.text(JSON.stringify(text));
      bytes[at++] = code;
    }
    bytes[at++] = quote;
    this.#used = at;
  }

  /** Writes a finite number. */
  number(value: number): void {
    this.#need(longestNumber);
    this.#used = putNumber(this.#bytes, this.#used, value);
  }

  /** Writes a list of numbers and nulls; @returns false, and writes nothing, where there is anything else in it */
  numbers(list: readonly unknown[]): boolean {
    this.#need(longestNumber * list.length + 2);
    const bytes = this.#bytes;
    let at = this.#used;
    bytes[at++] = open;
    if (holdsNumbers(list)) {
      at = putNumbers(bytes, at, list);
    } else {
      for (let i = 0; i < list.length; i++) {
        const value = list[i];
        if (i > 0) bytes[at++] = comma;
        if (typeof value === 'number') at = putNumber(bytes, at, value);
        else if (value === null) for (let n = 0; n < 4; n++) bytes[at++] = nothing[n]!;
        else return false;
      }
    }
    bytes[at++] = close;
    this.#used = at;
    return true;
  }

  #need(more: number): void {
    this.#room = Math.max(this.#room, this.#used + more);
    if (this.#room <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#room));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}

/** Writes numbers with commas at a place; @returns the place behind them */
function putNumbers(bytes: Buffer, at: number, list: readonly number[]): number {
  for (let i = 0; i < list.length; i++) {
    if (i > 0) bytes[at++] = comma;
    handed[0] = list[i]!;
    at = putHanded(bytes, at);
  }
  return at;
}

/** Writes a number at a place; @returns the place behind it */
function putNumber(bytes: Buffer, at: number, value: number): number {
  handed[0] = value;
  return putHanded(bytes, at);
}

/** The number that is written next: given to a function, each would become an object. */
const handed = new Float64Array(1);

function putHanded(bytes: Buffer, at: number): number {
  const value = handed[0]!;
  if (value >= 0 && value < 0x4000_0000) {
    const whole = value | 0;
    if (whole === value) return putDigits(bytes, at, whole, 1);
    const end = value < 1_000 && value >= 1e-6 ? putFraction(bytes, at, whole) : at;
    if (end !== at) return end;
  } else if (value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value) {
    const high = Math.floor(value / 1e9);
    return putDigits(bytes, putDigits(bytes, at, high, 1), value - high * 1e9, 9);
  }
  return at + bytes.write(JSON.stringify(value), at, 'latin1');
}

/**
 * Writes the number that was handed over, of four digits that count, as rounded ones are: no shorter one reads as the same, so that is what JSON has.
 * @returns the place itself where it has more
 */
function putFraction(bytes: Buffer, at: number, whole: number): number {
  const value = handed[0]!;
  let places = value >= 1 ? (value >= 100 ? 1 : value >= 10 ? 2 : 3) : value >= 0.01 ? (value >= 0.1 ? 4 : 5) : value >= 1e-4 ? (value >= 0.001 ? 6 : 7) : value >= 1e-5 ? 8 : 9;
  const digits = Math.round(value * powers[places]!) | 0;
  if (digits / powers[places]! !== value) return at;
  let rest = digits - whole * powers[places]!;
  for (let tens = (rest / 10) | 0; tens * 10 === rest; tens = (rest / 10) | 0) {
    rest = tens;
    places--;
  }
  const point = putDigits(bytes, at, whole, 1);
  bytes[point] = dot;
  return putDigits(bytes, point + 1, rest, places);
}

/** Writes a whole number below 2³⁰, with zeros before it where it has fewer digits. */
function putDigits(bytes: Buffer, at: number, value: number, least: number): number {
  let size = least;
  while (size < 10 && value >= powers[size]!) size++;
  let rest = value;
  for (let to = at + size - 1; to >= at; to--) {
    const tens = (rest / 10) | 0;
    bytes[to] = zero + rest - tens * 10;
    rest = tens;
  }
  return at + size;
}
