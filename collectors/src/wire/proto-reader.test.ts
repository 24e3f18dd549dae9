import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { ProtoReader, WireType } from './proto-reader.ts';
import { ProtoWriter } from './proto-writer.ts';
import { WireError } from './wire-error.ts';

const fieldNumber = fc.integer({ min: 1, max: 0x1fffffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const i64 = fc.bigInt({ min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn });

/** A reader that stands before the only field of a message. */
function only(write: (w: ProtoWriter) => void): ProtoReader {
  const w = new ProtoWriter();
  write(w);
  const r = new ProtoReader(w.finish());
  expect(r.next()).toBeGreaterThan(0);
  return r;
}

/** Reads everything, going into every length-delimited value that lets itself be read as a message. Gives the number of values. */
function walk(r: ProtoReader, into: boolean): number {
  let values = 0;
  for (let field = r.next(); field !== 0; field = r.next()) {
    values++;
    switch (r.wireType) {
      case WireType.varint: r.uint64(); break;
      case WireType.fixed64: r.double(); break;
      case WireType.fixed32: r.fixed32(); break;
      case WireType.bytes:
        if (into) {
          const outer = r.enter();
          values += walk(r, into);
          r.leave(outer);
        } else r.string();
        break;
      default: r.skip();
    }
  }
  return values;
}

describe('values', () => {
  it('gives back every integer', () => {
    fc.assert(fc.property(fieldNumber, u64, i64, (field, unsigned, signed) => {
      expect(only((w) => w.varint(field, unsigned)).uint64()).toBe(unsigned);
      expect(only((w) => w.int64(field, signed)).int64()).toBe(signed);
      expect(BigInt(only((w) => w.int64(field, signed)).int64Compact())).toBe(signed);
      expect(only((w) => w.fixed64(field, unsigned)).fixed64()).toBe(unsigned);
      expect(only((w) => w.varint(field, unsigned)).uint32()).toBe(Number(BigInt.asUintN(32, unsigned)));
      expect(only((w) => w.int64(field, signed)).int32()).toBe(Number(BigInt.asIntN(32, signed)));
      const zigzag = BigInt.asUintN(64, (signed << 1n) ^ (signed >> 63n));
      expect(only((w) => w.varint(field, zigzag)).sint64()).toBe(signed);
    }));
  });

  it('keeps an integer as a number exactly as long as it is safe', () => {
    for (const n of [0, 1, -1, 200, 2 ** 31, -(2 ** 31), 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
      expect(only((w) => w.int64(1, n)).int64Compact()).toBe(n);
    }
    expect(only((w) => w.int64(1, 2n ** 53n)).int64Compact()).toBe(2n ** 53n);
    expect(only((w) => w.int64(1, -(2n ** 53n))).int64Compact()).toBe(-(2n ** 53n));
  });

  it('gives back doubles, texts, bytes and flags', () => {
    fc.assert(fc.property(fc.double(), fc.string({ unit: 'binary' }), fc.uint8Array(), fc.boolean(), (double, text, bytes, flag) => {
      expect(only((w) => w.double(3, double)).double()).toBe(double);
      expect(only((w) => w.string(3, text)).string()).toBe(text);
      expect([...only((w) => w.bytes(3, bytes)).bytes()]).toEqual([...bytes]);
      expect(only((w) => w.bytes(3, bytes)).hex()).toBe(Buffer.from(bytes).toString('hex'));
      expect(only((w) => w.varint(3, flag ? 1 : 0)).bool()).toBe(flag);
    }));
  });

  it('reads what protobufjs writes', () => {
    const type = protobuf.parse(`syntax = "proto3";
      message M { sint32 a = 1; float b = 2; fixed32 c = 3; repeated M children = 4; string d = 5; sint64 e = 600; }`).root.lookupType('M');
    const message = { a: -7, b: 0.5, c: 0xfffffff0, children: [{ d: 'é', a: 2147483647 }], e: -5 };
    const r = new ProtoReader(type.encode(type.fromObject(message)).finish());
    const read = (): unknown => {
      const out: Record<string, unknown> = {};
      for (let field = r.next(); field !== 0; field = r.next()) {
        if (field === 1) out['a'] = r.sint32();
        else if (field === 2) out['b'] = r.float();
        else if (field === 3) out['c'] = r.fixed32();
        else if (field === 4) {
          const outer = r.enter();
          out['children'] = [read()];
          r.leave(outer);
        } else if (field === 5) out['d'] = r.string();
        else out['e'] = Number(r.sint64());
      }
      return out;
    };
    expect(read()).toEqual(message);
  });
});

describe('faults', () => {
  const read = (...bytes: number[]) => () => walk(new ProtoReader(Uint8Array.from(bytes)), false);

  it('names each kind with its place', () => {
    expect(read(0x08)).toThrow(new WireError('truncated varint', 1, '1'));
    expect(read(0x80)).toThrow(new WireError('truncated varint', 0, ''));
    expect(read(0x00)).toThrow(new WireError('field number 0', 0, ''));
    expect(read(0x0e)).toThrow('unknown wire type 6 at byte 0');
    expect(read(0x0c)).toThrow('end of a group that never began');
    expect(read(0x12, 0x05, 0x61)).toThrow('truncated: 5 bytes announced, 1 left at byte 1 in field 2');
    expect(read(0x11, 0x00)).toThrow('truncated: 8 bytes announced, 1 left at byte 1 in field 2');
    expect(read(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02)).toThrow('varint above 64 bits at byte 1');
    expect(read(0x88, 0x80, 0x80, 0x80, 0x80, 0x00, 0x01)).toThrow('tag above 32 bits at byte 0');
    expect(read(0x0b, 0x08, 0x01)).toThrow('group without an end');
    expect(read(0x0b, 0x14)).toThrow('end of another group');
  });

  it('gives the path of nested fields', () => {
    const inner = new ProtoWriter().message(2, (w) => w.message(9, (v) => v.string(3, 'x')));
    const r = new ProtoReader(inner.finish());
    r.next(); r.enter(); r.next(); r.enter(); r.next();
    expect(() => r.fixed64()).toThrow('wire type 2 instead of 1 at byte 5 in field 2.9.3');
  });

  it('does not go deeper than it may', () => {
    let nested: Uint8Array = new Uint8Array();
    for (let i = 0; i < 40; i++) nested = new ProtoWriter().bytes(1, nested).finish();
    expect(() => walk(new ProtoReader(nested), true)).toThrow('nested deeper than 32');
    expect(() => walk(new ProtoReader(new Uint8Array(5000).fill(0x0b)), false)).toThrow('nested deeper than 32');
  });

  it('recovers behind a broken message', () => {
    const bytes = new ProtoWriter().bytes(1, Uint8Array.of(0x12, 0x7f)).varint(2, 5).finish();
    const r = new ProtoReader(bytes);
    r.next();
    const mark = r.mark();
    r.enter();
    const end = r.messageEnd;
    expect(() => walk(r, false)).toThrow(WireError);
    r.recover(mark, end);
    expect(r.next()).toBe(2);
    expect(r.uint32()).toBe(5);
  });
});

describe('fuzz', () => {
  const settles = (bytes: Uint8Array, into: boolean): void => {
    try {
      expect(walk(new ProtoReader(bytes), into)).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
    }
  };

  it('reads or names a fault for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), settles), { numRuns: 2000 });
  });

  it('reads or names a fault for mutated messages', () => {
    const value = fc.oneof(fc.tuple(fc.constant('v' as const), u64), fc.tuple(fc.constant('s' as const), fc.string()), fc.tuple(fc.constant('d' as const), fc.double()));
    const message = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), value), { maxLength: 8 });
    const mutation = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(message, message, mutation, fc.nat(400), (outer, nested, changes, cut) => {
      const fill = (fields: typeof outer) => (w: ProtoWriter): void => {
        for (const [field, [kind, v]] of fields) {
          if (kind === 'v') w.varint(field, v);
          else if (kind === 's') w.string(field, v);
          else w.double(field, v);
        }
      };
      const w = new ProtoWriter();
      fill(outer)(w);
      w.message(7, fill(nested));
      const bytes = w.finish();
      expect(walk(new ProtoReader(bytes), false)).toBe(outer.length + 1);
      for (const [at, to] of changes) bytes[at % bytes.length] = to;
      settles(bytes, true);
      settles(bytes.subarray(0, cut % bytes.length), true);
    }), { numRuns: 1000 });
  });
});
