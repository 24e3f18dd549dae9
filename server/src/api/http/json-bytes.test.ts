import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ContentHash } from '../../inference/content-hash.ts';
import { numberList } from '../../inference/number-lists.ts';
import { round4 } from '../../inference/round.ts';
import { JsonBytes } from './json-bytes.ts';

const written = (list: readonly unknown[]): string | null => {
  const json = new JsonBytes(1);
  return json.numbers(list) ? json.bytes.toString() : null;
};

it('writes numbers as JSON.stringify has them', () => {
  const number = fc.oneof(
    fc.double(), fc.integer(), fc.nat(), fc.maxSafeInteger(), fc.constantFrom(0, -0, 1, 0.1, 1e-6, 9.999e-7, 1e-7, 1e21, 2 ** 31, 2 ** 31 - 1, 2 ** 32, 0.3, 0.1 + 0.2, 1_000, 999.9, 99_990, 0.000_001_234, NaN, Infinity),
    fc.double({ min: 0, max: 1e9, noNaN: true }).map(round4), fc.double({ min: 0, max: 1, noNaN: true }).map(round4), fc.tuple(fc.nat(99_999), fc.nat(12)).map(([digits, places]) => digits / 10 ** places),
  );
  fc.assert(fc.property(fc.array(fc.option(number), { maxLength: 40 }), (list) => {
    expect(written(list)).toBe(JSON.stringify(list));
  }), { numRuns: 2_000 });
});

it('writes lists that are known to hold numbers as any other, and they hash alike', () => {
  const hashOf = (list: readonly number[]): string => {
    const hash = new ContentHash();
    hash.list(list);
    return hash.digest();
  };
  fc.assert(fc.property(fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.double({ min: 0, max: 1e4, noNaN: true }).map(round4))), (numbers) => {
    const list = numberList(Float64Array.from(numbers as number[]));
    expect(written(list)).toBe(JSON.stringify(numbers));
    expect(hashOf(list)).toBe(hashOf(numbers as number[]));
  }));
});

it('leaves lists of anything else alone, and goes on where it was', () => {
  const json = new JsonBytes(4);
  json.text('{"ä":');
  expect([json.numbers([1, 'two']), json.numbers([1, undefined]), json.numbers([1, [2]])]).toEqual([false, false, false]);
  json.copy(Buffer.from('[7]'));
  json.text('}');
  expect(json.bytes.toString()).toBe('{"ä":[7]}');
});

it('writes texts and single numbers as JSON.stringify has them', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }))), (list) => {
    const json = new JsonBytes(1);
    for (const one of list) {
      if (typeof one === 'string') json.quoted(one);
      else json.number(one);
    }
    expect(json.bytes.toString()).toBe(list.map((one) => JSON.stringify(one)).join(''));
  }), { numRuns: 1_000 });
});
