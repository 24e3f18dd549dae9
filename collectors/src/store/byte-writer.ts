/** A growing byte buffer, little-endian, as ClickHouse's Native format wants it. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 1 << 16) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** The bytes written so far; a view that the next write may invalidate. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeUInt16LE(value & 0xffff, this.#length);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32LE(value >>> 0, this.#length);
  }

  /** Numbers are exact up to 2^53; negative ones are written as two's complement. */
  uint64(value: number | bigint): void {
    this.#reserve(8);
    if (typeof value === 'bigint') {
      this.#length = this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
      return;
    }
    const high = Math.floor(value / 0x1_0000_0000);
    this.#buffer.writeUInt32LE((value - high * 0x1_0000_0000) >>> 0, this.#length);
    this.#length = this.#buffer.writeUInt32LE(high >>> 0, this.#length + 4);
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  /** The memory of a typed array as it is: little-endian on every platform that Node runs on here. */
  raw(values: Uint8Array | Uint16Array | Uint32Array): void {
    this.#reserve(values.byteLength);
    this.#buffer.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.#length);
    this.#length += values.byteLength;
  }

  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Length as a varint, then UTF-8. */
  string(text: string): void {
    const length = text.length;
    if (length < 40) {
      this.#reserve(length + 1);
      const start = this.#length, buffer = this.#buffer;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) break;
        buffer[start + 1 + i] = code;
      }
      if (i === length) {
        buffer[start] = length;
        this.#length = start + 1 + length;
        return;
      }
    }
    const bytes = Buffer.byteLength(text);
    this.varint(bytes);
    this.#reserve(bytes);
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** `size` bytes from hex; zeros where it is shorter. Longer or odd hex throws RangeError. */
  hex(digits: string, size: number): void {
    if (digits.length > 2 * size || digits.length % 2 !== 0) throw new RangeError(`«${digits.slice(0, 40)}» is not ${size} bytes of hex`);
    this.#reserve(size);
    const written = digits === '' ? 0 : this.#buffer.write(digits, this.#length, 'hex');
    if (written !== digits.length / 2) throw new RangeError(`«${digits.slice(0, 40)}» is not hex`);
    this.#buffer.fill(0, this.#length + written, this.#length + size);
    this.#length += size;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + count));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
