/**
 * Gives one string for equal ASCII bytes, without making a new string when it is met again.
 * Direct-mapped: each hash has one slot and the newest comer takes it, so the size never grows and
 * hostile input can only make it useless, not large.
 */
export class StringCache {
  private readonly slots: (string | undefined)[];
  private readonly mask: number;
  private readonly maxLength: number;

  /** `size` is rounded up to a power of two; strings longer than `maxLength` bytes pass by. */
  constructor(size = 4096, maxLength = 48) {
    let slots = 1;
    while (slots < size) slots *= 2;
    this.slots = new Array<string | undefined>(slots).fill(undefined);
    this.mask = slots - 1;
    this.maxLength = maxLength;
  }

  /** The string of `buffer[start, end)`, decoded as UTF-8 with U+FFFD for what is not UTF-8. */
  decode(buffer: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > this.maxLength) return buffer.toString('utf8', start, end);
    let hash = 0x811c9dc5, union = 0;
    for (let i = start; i < end; i++) {
      const byte = buffer[i]!;
      union |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (union > 0x7f) return buffer.toString('utf8', start, end);
    const slot = (hash ^ (hash >>> 15)) & this.mask;
    const known = this.slots[slot];
    if (known !== undefined && known.length === length && equals(known, buffer, start)) return known;
    const fresh = buffer.toString('latin1', start, end);
    this.slots[slot] = fresh;
    return fresh;
  }
}

function equals(text: string, buffer: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== buffer[start + i]) return false;
  }
  return true;
}
