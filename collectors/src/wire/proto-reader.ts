import type { StringCache } from './string-cache.ts';
import { WireError } from './wire-error.ts';

/** Wire types of the protobuf encoding. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/**
 * Reads protobuf in one pass over the bytes, without a schema and without copies:
 *
 *     for (let field = r.next(); field !== 0; field = r.next()) {
 *       switch (field) {
 *         case 1: name = r.string(); break;
 *         case 2: { const outer = r.enter(); readInner(r); r.leave(outer); break; }
 *         default: r.skip();
 *       }
 *     }
 *
 * After `next` exactly one value method, `enter` or `skip` must follow. Every fault in the bytes, a value of
 * another wire type than the one asked for included, throws `WireError`; nothing else is ever thrown.
 */
export class ProtoReader {
  private readonly buffer: Buffer;
  private readonly view: DataView;
  private readonly path: Uint32Array;
  private pos = 0;
  private end: number;
  private depth = 0;
  private field = 0;
  private wire = 0;
  /** Halves of the last varint, each as signed 32-bit. */
  private lo = 0;
  private hi = 0;

  /** `maxDepth` bounds nested messages and groups. */
  constructor(bytes: Uint8Array, maxDepth = 32) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
    this.path = new Uint32Array(maxDepth);
  }

  /** Byte offset of what is read next. */
  get offset(): number {
    return this.pos;
  }

  /** Wire type of the value announced by the last `next`. */
  get wireType(): number {
    return this.wire;
  }

  /** Field number of the next value in the message that is open, 0 at its end. */
  next(): number {
    if (this.pos >= this.end) {
      this.field = 0;
      return 0;
    }
    const start = this.pos;
    const first = this.buffer[start]!;
    let tag = first;
    if (first < 0x80) this.pos = start + 1;
    else {
      this.field = 0;
      this.varint();
      if (this.hi !== 0 || this.pos - start > 5) throw this.error('tag above 32 bits', start);
      tag = this.lo >>> 0;
    }
    this.field = tag >>> 3;
    this.wire = tag & 7;
    if (this.field === 0) throw this.error('field number 0', start);
    if (this.wire > 5) throw this.error(`unknown wire type ${this.wire}`, start);
    return this.field;
  }

  /** Opens the length-delimited value as a message. Give what it returns to `leave`. */
  enter(): number {
    const length = this.length();
    if (this.depth >= this.path.length) throw this.error(`nested deeper than ${this.path.length}`);
    this.path[this.depth++] = this.field;
    const outer = this.end;
    this.end = this.pos + length;
    return outer;
  }

  /** Closes the message opened by `enter`, going over what was not read of it. */
  leave(outer: number): void {
    this.pos = this.end;
    this.end = outer;
    this.field = this.path[--this.depth] ?? 0;
  }

  /** Goes back to an `offset` seen in the message that is open, to read from there again. */
  rewind(offset: number): void {
    this.pos = offset;
  }

  /** Where the reader stands, to come back to with `recover` after a `WireError` inside a message opened since. */
  mark(): Mark {
    return { end: this.end, depth: this.depth };
  }

  /** Gives up the message at `[…, messageEnd)` that failed and stands behind it, in the message that was open at `mark`. */
  recover(mark: Mark, messageEnd: number): void {
    this.end = mark.end;
    this.depth = mark.depth;
    this.pos = messageEnd;
  }

  /** End offset of the message that is open. */
  get messageEnd(): number {
    return this.end;
  }

  /** Goes over a value of any wire type, groups included. */
  skip(): void {
    switch (this.wire) {
      case WireType.varint: return this.varint();
      case WireType.fixed64: return this.advance(8);
      case WireType.bytes: return this.advance(this.length());
      case WireType.fixed32: return this.advance(4);
      case WireType.groupStart: return this.skipGroup();
      default: throw this.error('end of a group that never began');
    }
  }

  bool(): boolean {
    this.expect(WireType.varint);
    this.varint();
    return (this.lo | this.hi) !== 0;
  }

  /** The low 32 bits, unsigned, as every protobuf reader truncates. */
  uint32(): number {
    this.expect(WireType.varint);
    this.varint();
    return this.lo >>> 0;
  }

  /** int32 and enums. */
  int32(): number {
    this.expect(WireType.varint);
    this.varint();
    return this.lo;
  }

  sint32(): number {
    const n = this.uint32();
    return (n >>> 1) ^ -(n & 1);
  }

  uint64(): bigint {
    this.expect(WireType.varint);
    this.varint();
    return unsigned(this.hi, this.lo);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  sint64(): bigint {
    const n = this.uint64();
    return (n >> 1n) ^ -(n & 1n);
  }

  /** An int64 as a number while it is a safe integer, else as a bigint: spares the common case an allocation. */
  int64Compact(): number | bigint {
    this.expect(WireType.varint);
    this.varint();
    if (this.hi >= -0x200000 && this.hi < 0x200000) {
      const n = this.hi * 0x1_0000_0000 + (this.lo >>> 0);
      if (Number.isSafeInteger(n)) return n;
    }
    return BigInt.asIntN(64, unsigned(this.hi, this.lo));
  }

  fixed32(): number {
    this.expect(WireType.fixed32);
    this.advance(4);
    return this.view.getUint32(this.pos - 4, true);
  }

  float(): number {
    this.expect(WireType.fixed32);
    this.advance(4);
    return this.view.getFloat32(this.pos - 4, true);
  }

  fixed64(): bigint {
    this.expect(WireType.fixed64);
    this.advance(8);
    return this.view.getBigUint64(this.pos - 8, true);
  }

  double(): number {
    this.expect(WireType.fixed64);
    this.advance(8);
    return this.view.getFloat64(this.pos - 8, true);
  }

  /** A view of the bytes, valid as long as the buffer that is read; copy it to keep it. */
  bytes(): Uint8Array {
    const length = this.length();
    this.pos += length;
    return this.buffer.subarray(this.pos - length, this.pos);
  }

  /** Bytes as lower-case hex. */
  hex(): string {
    const length = this.length();
    this.pos += length;
    return this.buffer.toString('hex', this.pos - length, this.pos);
  }

  /** UTF-8 text, U+FFFD for what is not UTF-8. With a cache, equal short texts become one string. */
  string(cache?: StringCache): string {
    const length = this.length();
    if (length === 0) return '';
    const start = this.pos;
    this.pos = start + length;
    return cache === undefined ? this.buffer.toString('utf8', start, this.pos) : cache.decode(this.buffer, start, this.pos);
  }

  /** An error at the present place, for faults that only the caller can see. */
  error(problem: string, offset = this.pos): WireError {
    const path = [...this.path.subarray(0, this.depth)];
    if (this.field !== 0) path.push(this.field);
    return new WireError(problem, offset, path.join('.'));
  }

  private expect(wire: number): void {
    if (this.wire !== wire) throw this.error(`wire type ${this.wire} instead of ${wire}`);
  }

  private advance(count: number): void {
    if (count > this.end - this.pos) throw this.error(`truncated: ${count} bytes announced, ${this.end - this.pos} left`);
    this.pos += count;
  }

  /** Reads the length of a length-delimited value, which is then known to fit. */
  private length(): number {
    this.expect(WireType.bytes);
    const start = this.pos;
    this.varint();
    const left = this.end - this.pos;
    if (this.hi !== 0 || this.lo < 0 || this.lo > left) {
      throw this.error(`truncated: ${unsigned(this.hi, this.lo)} bytes announced, ${left} left`, start);
    }
    return this.lo;
  }

  private varint(): void {
    const { buffer, end } = this;
    const start = this.pos;
    let pos = start;
    let lo = 0, hi = 0;
    for (let shift = 0; ; shift += 7) {
      if (pos >= end) throw this.error('truncated varint', start);
      const byte = buffer[pos++]!;
      const bits = byte & 0x7f;
      if (shift < 28) lo |= bits << shift;
      else if (shift === 28) {
        lo |= bits << 28;
        hi = bits >>> 4;
      } else if (shift < 63) hi |= bits << (shift - 32);
      else if (byte > 1) throw this.error('varint above 64 bits', start);
      else hi |= bits << 31;
      if (byte < 0x80) break;
    }
    this.pos = pos;
    this.lo = lo;
    this.hi = hi;
  }

  private skipGroup(): void {
    const open: number[] = [this.field];
    while (open.length > 0) {
      const field = this.next();
      if (field === 0) throw this.error('group without an end');
      if (this.wire === WireType.groupStart) {
        if (open.length + this.depth >= this.path.length) throw this.error(`nested deeper than ${this.path.length}`);
        open.push(field);
      } else if (this.wire === WireType.groupEnd) {
        if (open.pop() !== field) throw this.error('end of another group');
      } else this.skip();
    }
  }
}

/** A place in the nesting of messages; see `ProtoReader.mark`. */
export interface Mark { readonly end: number; readonly depth: number }

function unsigned(hi: number, lo: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
