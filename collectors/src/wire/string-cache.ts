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
    // The first and last bytes tell names and values apart well enough, and the comparison below is exact.
    let hash = length;
    for (let i = Math.max(start, end - 12); i < end; i++) hash = Math.imul(hash ^ buffer[i]!, 0x01000193);
    for (let i = Math.min(start + 4, end) - 1; i >= start; i--) hash = Math.imul(hash ^ buffer[i]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & this.mask;
    const known = this.slots[slot];
    if (known !== undefined && known.length === length && equals(known, buffer, start)) return known;
    const fresh = buffer.toString('utf8', start, end);
    if (isAscii(buffer, start, end)) this.slots[slot] = fresh;
    return fresh;
  }
}

function isAscii(buffer: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (buffer[i]! > 0x7f) return false;
  }
  return true;
}

function equals(text: string, buffer: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== buffer[start + i]) return false;
  }
  return true;
}
