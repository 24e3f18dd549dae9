import fc from 'fast-check';
import { expect, it } from 'vitest';
import { appended, sortFew } from './few.ts';

it('sorts as sort does, equal ones as they came', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat()), { maxLength: 20 }), (list) => {
    const byFirst = ([a]: [number, number], [b]: [number, number]): number => a - b, few = [...list];
    sortFew(few, byFirst);
    expect(few).toEqual([...list].sort(byFirst));
  }));
});

it('appends, whatever the list was', () => {
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 5 }), (items) => {
    let list: number[] | null = null;
    for (const item of items) list = appended(list, item);
    expect(list ?? []).toEqual(items);
  }));
});
