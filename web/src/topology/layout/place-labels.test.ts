import fc from 'fast-check';
import { expect, it } from 'vitest';
import { overlap, placeLabels } from './place-labels.ts';

const points = fc.array(fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 300 }) }), { minLength: 1, maxLength: 12 });

it('never puts a label over a card or another label', () => {
  const rects = fc.array(fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 300 }), width: fc.constant(100), height: fc.constant(28) }), { maxLength: 8 });
  fc.assert(fc.property(fc.array(points, { maxLength: 8 }), rects, (paths, cards) => {
    const wishes = paths.map((path, i) => ({ id: String(i), width: 60, height: 16, path }));
    const placed = [...placeLabels(wishes, cards).values()].map(({ x, y }) => ({ x: x - 30, y: y - 8, width: 60, height: 16 }));
    for (const label of placed) for (const card of cards) expect(overlap(label, card)).toBe(false);
    placed.forEach((a, i) => placed.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBe(false)));
  }));
});

it('prefers the middle of the edge', () => {
  const path = [0, 50, 100, 150, 200].map((x) => ({ x, y: 0 }));
  expect(placeLabels([{ id: 'a', width: 20, height: 10, path }], []).get('a')).toEqual({ x: 100, y: 0 });
  expect(placeLabels([{ id: 'a', width: 20, height: 10, path }], [{ x: 90, y: -20, width: 20, height: 40 }]).get('a')).toEqual({ x: 50, y: 0 });
});

it('keeps labels of one row apart, so that they do not read as one', () => {
  const path = [0, 20, 40, 60, 80, 100].map((x) => ({ x, y: 0 }));
  const placed = placeLabels([{ id: 'a', width: 30, height: 10, path: path.slice(0, 3) }, { id: 'b', width: 30, height: 10, path }], []);
  expect(placed.get('b')!.x - placed.get('a')!.x).toBeGreaterThanOrEqual(30 + 14);
});
