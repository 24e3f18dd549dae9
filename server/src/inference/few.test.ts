import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortFew } from './sort-few.ts';

it('sorts as sort does, equal ones as they came', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat()), { maxLength: 20 }), (list) => {
    const byFirst = ([a]: [number, number], [b]: [number, number]): number => a - b, few = [...list];
    sortFew(few, byFirst);
    expect(few).toEqual([...list].sort(byFirst));
  }));
});
