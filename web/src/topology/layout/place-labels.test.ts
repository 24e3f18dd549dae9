import fc from 'fast-check';
import { expect, it } from 'vitest';
import { overlap, placeLabels } from './place-labels.ts';

const points = fc.array(fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 300 }) }), { minLength: 1, maxLength: 12 });

it('never puts a label over a card or another label', () => {
  const rects = fc.array(fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 300 }), width: fc.constant(100), height: fc.constant(28) }), { maxLength: 8 });
  fc.assert(fc.property(fc.array(points, { maxLength: 8 }), rects, (paths, cards) => {
    const wishes = paths.map((path, i) => ({ id: String(i), forms: [{ width: 60, height: 16 }], path }));
    const placed = [...placeLabels(wishes, cards).values()].map(({ at: { x, y } }) => ({ x: x - 30, y: y - 8, width: 60, height: 16 }));
    for (const label of placed) for (const card of cards) expect(overlap(label, card)).toBe(false);
    placed.forEach((a, i) => placed.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBe(false)));
  }));
});

it('prefers the middle of the edge', () => {
  const path = [0, 50, 100, 150, 200].map((x) => ({ x, y: 0 }));
  expect(placeLabels([{ id: 'a', forms: [{ width: 20, height: 10 }], path }], []).get('a')?.at).toEqual({ x: 100, y: 0 });
  expect(placeLabels([{ id: 'a', forms: [{ width: 20, height: 10 }], path }], [{ x: 90, y: -20, width: 20, height: 40 }]).get('a')?.at).toEqual({ x: 50, y: 0 });
});

it('keeps labels of one row apart, so that they do not read as one', () => {
  const path = [0, 20, 40, 60, 80, 100].map((x) => ({ x, y: 0 }));
  const placed = placeLabels([{ id: 'a', forms: [{ width: 30, height: 10 }], path: path.slice(0, 3) }, { id: 'b', forms: [{ width: 30, height: 10 }], path }], []);
  expect(placed.get('b')!.at.x - placed.get('a')!.at.x).toBeGreaterThanOrEqual(30 + 14);
});

it('takes a shorter form before it takes none', () => {
  const path = [0, 20, 40].map((x) => ({ x, y: 0 }));
  const [long, short] = [{ width: 90, height: 10 }, { width: 20, height: 10 }];
  const between = [{ x: -60, y: -20, width: 40, height: 40 }, { x: 60, y: -20, width: 40, height: 40 }];
  expect(placeLabels([{ id: 'a', forms: [long, short], path }], []).get('a')?.form).toBe(long);
  expect(placeLabels([{ id: 'a', forms: [long, short], path }], between).get('a')).toEqual({ at: { x: 20, y: 0 }, form: short });
  expect(placeLabels([{ id: 'a', forms: [long], path }], between).size).toBe(0);
});
