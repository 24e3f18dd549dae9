import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CountTable } from './counts.ts';

it('counts as a map does, however many keys come and go', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ key: fc.nat(60).map(String), count: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 4, arbitrary: fc.record({ key: fc.nat(60).map(String), take: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const table = new CountTable<string>(), map = new Map<string, number>();
    for (const one of steps) {
      if (one === 'clear') {
        table.clear();
        map.clear();
      } else if ('count' in one) {
        table.add(one.key, one.count);
        map.set(one.key, (map.get(one.key) ?? 0) + one.count);
      } else if (map.has(one.key)) {
        const all = map.get(one.key)!, taken = one.take ? all : Math.floor(all / 2);
        table.take(one.key, taken);
        if (taken === all) map.delete(one.key);
        else map.set(one.key, all - taken);
      }
      expect(table.size).toBe(map.size);
      expect(table.get('7')).toBe(map.get('7'));
    }
    const told: [string, number][] = [];
    table.forEach((count, key) => told.push([key, count]));
    expect(told.sort()).toEqual([...map].sort());
    expect([...table].sort()).toEqual([...map].sort());
  }), { numRuns: 300 });
});
