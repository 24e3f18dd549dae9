import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backArcs, longestPaths, type Arc } from './break-cycles.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const arcs: fc.Arbitrary<Arc[]> = fc.array(fc.record({ source: fc.constantFrom(...ids), destination: fc.constantFrom(...ids), weight: fc.integer({ min: 1, max: 5 }), length: fc.integer({ min: 1, max: 4 }) }), { maxLength: 20 });

it('leaves no cycle: every other arc goes forward, by at least its length', () => {
  fc.assert(fc.property(arcs, (all) => {
    const back = backArcs(ids, all);
    const start = longestPaths(ids, all);
    for (const arc of all) if (!back.has(arc)) expect(start.get(arc.destination)! - start.get(arc.source)!).toBeGreaterThanOrEqual(arc.length);
  }));
});

it('turns no arc of a graph without cycles', () => {
  fc.assert(fc.property(arcs, (all) => {
    const acyclic = all.filter((arc) => arc.source < arc.destination);
    expect(backArcs(ids, acyclic).size).toBe(0);
  }));
});

it('turns the lighter side of a pair', () => {
  const [heavy, light] = [{ source: 'a', destination: 'b', weight: 5, length: 1 }, { source: 'b', destination: 'a', weight: 1, length: 1 }];
  expect([...backArcs(['b', 'a'], [heavy, light])]).toEqual([light]);
});
