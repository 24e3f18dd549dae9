import fc from 'fast-check';
import { expect, it } from 'vitest';
import { narrow } from './packed.ts';
import { reordered } from './reorder-counts.ts';
import { addCounts, adders, addListed, addSome, mostOf, packCounts, plainCounts } from './row-counts.ts';

const places = 5;
const counted = fc.uniqueArray(fc.tuple(fc.nat(places - 1), fc.oneof({ weight: 12, arbitrary: fc.nat(255) }, fc.constantFrom(256, 65_535, 65_536, 2 ** 40))), { selector: ([key]) => key });

it('adds up what it packed, in whatever arrays it lies', () => {
  let apart = 0;
  fc.assert(fc.property(fc.array(counted, { maxLength: 40 }), fc.boolean(), fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (rows, withFraction, wanted) => {
    const cells = rows.flat(), values = Float64Array.from(cells, ([, count]) => count);
    if (withFraction && values.length > 0) values[0] = 0.5;
    const keyed = { sizes: rows.map((row) => row.length), keys: cells.map(([key]) => key), counts: narrow(values) }, packed = packCounts(keyed, Uint32Array.from(rows.keys()));
    if (packed.excess) apart++;
    expect(mostOf(packed)).toBe(Math.max(0, ...values));

    // Numbers of rows run backwards; a list of places for each, one behind the other.
    const numbers = Uint32Array.from(rows, (_, i) => rows.length - 1 - i), from = rows.map((_, number) => number * places);
    const lists = { first: from, next: Array.from({ length: rows.length * places }, (_, place) => (place % places === places - 1 ? -1 : place + 1)) };
    const sums = (some: readonly boolean[] | null): number[] => {
      const all = new Array<number>(rows.length * places).fill(0);
      let k = 0;
      rows.forEach((row, i) => { for (const [key] of row) all[from[numbers[i]!]! + key]! += some === null || some[i] ? values[k++]! : 0 * values[k++]!; });
      return all;
    };
    const by = (add: (into: Float64Array) => void): number[] => {
      const into = new Float64Array(rows.length * places);
      add(into);
      return [...into];
    };
    for (const one of [packed, plainCounts(packed)]) {
      expect(by((into) => { addCounts(into, from, numbers, one); })).toEqual(sums(null));
      expect(by((into) => { addListed(into, lists, numbers, one); })).toEqual(sums(null));
      const at = Uint32Array.from(rows.keys()).filter((i) => wanted[i]);
      expect(by((into) => { addSome(numbers, one, at, adders.from(into, from)); })).toEqual(sums(wanted));
      expect(by((into) => { addSome(numbers, one, at, adders.listed(into, lists)); })).toEqual(sums(wanted));
    }
    expect(plainCounts(packed).excess).toBeNull();

    // In another order, some of them, and without the last key.
    const order = Uint32Array.from(rows.keys()).filter((i) => wanted[i]).reverse(), moved = reordered(packed, order, order.map(() => places - 1));
    const expected = sums(wanted).map((sum, place) => (place % places === places - 1 ? 0 : sum));
    expect(by((into) => { addCounts(into, from, order.map((i) => numbers[i]!), moved); })).toEqual(expected);
    expect(by((into) => { addCounts(into, from, order.map((i) => numbers[i]!), packCounts(keyed, order)); })).toEqual(sums(wanted));
  }), { numRuns: 300 });
  expect(apart).toBeGreaterThan(50);
});
