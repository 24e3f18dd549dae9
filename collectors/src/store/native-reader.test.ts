import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { column, encodeBlock, tableRow } from './native-block.ts';
import { array, bool, dateTime, enum8, fixedHex, float64, int16, int64, lowCardinality, string, uint32, uint64, uint8 } from './native-types.ts';
import { NativeFormatError, readNative, type NativeColumn } from './native-reader.ts';

interface Row {
  readonly id: string; readonly side: 'source' | 'destination'; readonly count: number; readonly delta: number; readonly short: number; readonly ratio: number;
  readonly name: string; readonly feed: string; readonly flag: boolean; readonly at: number; readonly indexes: readonly number[]; readonly keys: readonly string[];
}

const format = tableRow<Row>('t', [
  column('id', fixedHex(16), (row) => row.id),
  column('side', enum8({ source: 1, destination: 2 }), (row) => row.side),
  column('count', uint64, (row) => row.count),
  column('delta', int64, (row) => row.delta),
  column('short', int16, (row) => row.short),
  column('ratio', float64, (row) => row.ratio),
  column('name', string, (row) => row.name),
  column('feed', lowCardinality, (row) => row.feed),
  column('flag', bool, (row) => row.flag),
  column('at', dateTime, (row) => row.at),
  column('indexes', array(uint32), (row) => row.indexes),
  column('keys', array(lowCardinality), (row) => row.keys),
]);

const text = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((value) => value.isWellFormed());
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  side: fc.constantFrom('source' as const, 'destination' as const),
  count: fc.nat(Number.MAX_SAFE_INTEGER), delta: fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), short: fc.integer({ min: -32768, max: 32767 }), ratio: fc.double({ noNaN: true }),
  name: text, feed: fc.constantFrom('', 'otlp', 'scrape:mesh'), flag: fc.boolean(), at: fc.nat(4_000_000_000),
  indexes: fc.array(fc.nat(1_000_000), { maxLength: 5 }), keys: fc.array(fc.constantFrom('http 200 -', 'http 503 UH', ''), { maxLength: 4 }),
});

function values(found: NativeColumn): unknown[] {
  if (found.kind !== 'lists') return Array.from<unknown>(found.values);
  const items = values(found.items);
  return Array.from(found.ends, (end, i) => items.slice(i === 0 ? 0 : found.ends[i - 1], end));
}

describe('answers in Native format', () => {
  it('are read as they were written, over any number of blocks', () => {
    fc.assert(fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), (blocks) => {
      const answer = readNative(Buffer.concat(blocks.map((rows) => encodeBlock(format, rows))));
      const rows = blocks.flat();
      expect(answer.rows).toBe(rows.length);
      for (const name of ['id', 'side', 'count', 'delta', 'short', 'ratio', 'name', 'feed', 'at', 'indexes', 'keys'] as const) expect(values(answer.columns.get(name)!), name).toEqual(rows.map((one) => one[name]));
      expect(values(answer.columns.get('flag')!)).toEqual(rows.map(({ flag }) => Number(flag)));
    }));
  });

  it('that are nothing are no rows', () => {
    expect(readNative(new Uint8Array())).toEqual({ rows: 0, columns: new Map() });
  });

  it('that end too early are refused wherever they end', () => {
    const whole = encodeBlock(format, fc.sample(row, { numRuns: 3, seed: 7 }));
    for (let length = 1; length < whole.length; length++) expect(() => readNative(whole.subarray(0, length)), `${length} bytes`).toThrow(NativeFormatError);
  });

  it('that are damaged are an error or other values, never a crash', () => {
    const whole = encodeBlock(format, fc.sample(row, { numRuns: 5, seed: 8 }));
    fc.assert(fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Uint8Array.from(whole);
      damaged[at] = byte;
      try {
        readNative(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(NativeFormatError);
      }
    }), { numRuns: 2_000 });
  });

  it('of a type that is not read are told by its name', () => {
    const other = tableRow<number>('t', [column('x', { ...uint8, name: 'Decimal(9, 2)' }, (value) => value)]);
    expect(() => readNative(encodeBlock(other, [1]))).toThrow('the type Decimal(9, 2) is not read');
  });
});
