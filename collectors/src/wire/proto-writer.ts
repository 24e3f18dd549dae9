import { WireType } from './proto-reader.ts';

/**
 * Writes protobuf messages. Writes every value it is given, zeros too: leaving out proto3 defaults is the
 * caller's choice, since elements of repeated fields must not be left out.
 */
export class ProtoWriter {
  private buffer: Buffer;
  private length = 0;

  constructor(capacity = 128) {
    this.buffer = Buffer.allocUnsafe(Math.max(16, capacity));
  }

  /** uint32, uint64, bool as 0 or 1, and enums: non-negative. @throws RangeError otherwise. */
  varint(field: number, value: number | bigint): this {
    return this.tag(field, WireType.varint).raw(value);
  }

  /** int32 and int64: negative values take ten bytes. */
  int64(field: number, value: number | bigint): this {
    return this.tag(field, WireType.varint).raw(BigInt.asUintN(64, BigInt(value)));
  }

  fixed32(field: number, value: number): this {
    this.tag(field, WireType.fixed32).reserve(4);
    this.length = this.buffer.writeUInt32LE(value, this.length);
    return this;
  }

  fixed64(field: number, value: bigint): this {
    this.tag(field, WireType.fixed64).reserve(8);
    this.length = this.buffer.writeBigUInt64LE(value, this.length);
    return this;
  }

  double(field: number, value: number): this {
    this.tag(field, WireType.fixed64).reserve(8);
    this.length = this.buffer.writeDoubleLE(value, this.length);
    return this;
  }

  string(field: number, value: string): this {
    const size = Buffer.byteLength(value);
    this.tag(field, WireType.bytes).raw(size).reserve(size);
    this.buffer.write(value, this.length, 'utf8');
    this.length += size;
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.tag(field, WireType.bytes).raw(value.length).reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
    return this;
  }

  /** A nested message, filled by `write`. */
  message(field: number, write: (inner: ProtoWriter) => void): this {
    const inner = new ProtoWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  /** The message written so far; the writer must not be used after it. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private tag(field: number, wire: number): this {
    if (!Number.isInteger(field) || field < 1 || field > 0x1fffffff) throw new RangeError(`no such field number: ${field}`);
    return this.raw(field * 8 + wire);
  }

  private raw(value: number | bigint): this {
    let rest = BigInt(value);
    if (rest < 0n || rest > 0xffff_ffff_ffff_ffffn) throw new RangeError(`not an unsigned 64-bit integer: ${value}`);
    this.reserve(10);
    while (rest > 0x7fn) {
      this.buffer[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.buffer[this.length++] = Number(rest);
    return this;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + count));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
