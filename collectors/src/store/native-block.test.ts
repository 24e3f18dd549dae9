import { describe, expect, it } from 'vitest';
import { column, encodeBlock, tableRow } from './native-block.ts';
import { array, fixedHex, lowCardinality, map, string, uint16, uint64, uint8 } from './native-types.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The bytes of one column after its name and type. */
function data<V>(type: Parameters<typeof column<V, V>>[1], values: readonly V[]): string {
  const block = encodeBlock(tableRow<V>('t', [column('c', type, (value) => value)]), values);
  const header = Buffer.concat([Buffer.from([1, values.length, 1]), Buffer.from('c'), Buffer.from([type.name.length]), Buffer.from(type.name)]);
  expect(hex(block).startsWith(hex(header))).toBe(true);
  return hex(block).slice(header.length * 2);
}

describe('Native blocks', () => {
  it('strings have a varint length', () => {
    expect(data(string, ['', 'ab', 'é'])).toBe('00' + '026162' + '02c3a9');
    expect(data(string, ['x'.repeat(200)])).toBe('c801' + '78'.repeat(200));
  });

  it('LowCardinality has one dictionary with narrow indexes', () => {
    const word = (value: number): string => hex(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));
    expect(data(lowCardinality, ['a', 'a', 'b'])).toBe(word(1) + word(0x600) + word(3) + '00' + '0161' + '0162' + word(3) + '010102');
    const many = Array.from({ length: 300 }, (_, i) => String(i));
    expect(data(lowCardinality, many.slice(0, 100)).slice(16, 32)).toBe(word(0x600));
  });

  it('inside an array its version word comes first', () => {
    const word = (value: number): string => hex(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));
    expect(data(array(lowCardinality), [['a'], []])).toBe(word(1) + word(1) + word(1) + word(0x600) + word(2) + '00' + '0161' + word(1) + '01');
    expect(data(array(lowCardinality), [[], []])).toBe(word(1) + word(0) + word(0));
  });

  it('maps have ends, keys, values', () => {
    const word = (value: number): string => hex(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));
    expect(data(map(string, uint8), [new Map([['a', 1], ['b', 2]]), new Map()])).toBe(word(2) + word(2) + '0161' + '0162' + '0102');
  });

  it('never turns what is out of range into another number', () => {
    expect(data(uint16, [-1, NaN, 70_000])).toBe('0000' + '0000' + 'ffff');
    expect(data(uint64, [-5, 2 ** 40])).toBe('00'.repeat(8) + '0000000000010000');
  });

  it('pads short ids and refuses what is no id', () => {
    expect(data(fixedHex(4), ['', 'ab'])).toBe('00000000' + 'ab000000');
    expect(() => data(fixedHex(4), ['zz'])).toThrow(RangeError);
    expect(() => data(fixedHex(1), ['abcd'])).toThrow(RangeError);
  });
});
