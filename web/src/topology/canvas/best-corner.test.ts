import { describe, expect, it } from 'vitest';
import { bestCorner } from './best-corner.ts';
import type { Extent } from './minimap.ts';

const card = (x: number, y: number): Extent => ({ x1: x, y1: y, x2: x + 100, y2: y + 40 });
const grid = (x: number, y: number, columns: number, rows: number): Extent[] => Array.from({ length: columns * rows }, (_, i) => card(x + (i % columns) * 150, y + Math.floor(i / columns) * 60));
const room = { width: 800, height: 400 };
const bounds: Extent = { x1: 0, y1: 0, x2: 3000, y2: 2000 };
const inSight = (cards: readonly Extent[], { x, y }: { x: number; y: number }): number => cards.filter((one) => one.x1 >= x && one.y1 >= y && one.x2 <= x + room.width && one.y2 <= y + room.height).length;

describe('where a graph that is larger than the view is looked at first', () => {
  it('begins where the graph does, as long as there is something', () => {
    expect(bestCorner([...grid(0, 0, 5, 4), ...grid(1500, 0, 5, 5)], [], bounds, room)).toEqual({ x: 0, y: 0 });
  });

  it('is where most cards are, where the corner is blank', () => {
    const cards = [card(0, 900), ...grid(1600, 1200, 5, 5), card(2900, 1960)];
    expect(inSight(cards, { x: 0, y: 0 })).toBe(0);
    expect(inSight(cards, bestCorner(cards, [], bounds, room))).toBe(25);
  });

  it('has what is to be in sight whole, with as many others beside it as there are', () => {
    const cards = [...grid(0, 0, 5, 5), ...grid(1600, 600, 5, 5)], failing = cards.at(-25)!;
    const corner = bestCorner(cards, [failing], bounds, room);
    expect(inSight([failing], corner)).toBe(1);
    expect(inSight(cards, corner)).toBe(25);
  });

  it('has as many as it can of what there is no room for together', () => {
    const far = [card(0, 0), ...grid(2000, 1500, 4, 4)];
    expect(inSight(far, bestCorner([...far, ...grid(600, 600, 5, 5)], far, bounds, room))).toBe(16);
  });

  it('stays within the graph, and at its beginning where there is more room than graph', () => {
    expect(bestCorner([card(2900, 1960)], [], bounds, room)).toEqual({ x: 2200, y: 1600 });
    expect(bestCorner([card(50, 1960)], [], { x1: 50, y1: 0, x2: 150, y2: 2000 }, room)).toEqual({ x: 50, y: 1600 });
    expect(bestCorner([], [], bounds, room)).toEqual({ x: 0, y: 0 });
  });
});
