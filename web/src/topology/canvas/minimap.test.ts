import { describe, expect, it } from 'vitest';
import { coversCard } from './minimap.ts';

describe('what stands in the corner of the canvas', () => {
  const extent = { x1: 100, y1: 0, x2: 1700, y2: 1000 };
  const card = (x: number, y: number): { x: number; y: number; width: number; height: number } => ({ x, y, width: 100, height: 36 });
  /** At a zoom of one half: 400 × 260 of the graph. */
  const corner = { width: 200, height: 130 };

  it.each([
    ['a card beneath it', card(200, 900), true],
    ['a card that reaches into it', card(540, 900), true],
    ['a card beside it', card(560, 900), false],
    ['a card above it', card(200, 700), false],
    ['a card that reaches into it from above', card(200, 730), true],
    ['a card outside of the view', card(200, 1100), false],
  ])('sees %s', (_, one, covered) => expect(coversCard([one], extent, 800, corner)).toBe(covered));

  it('covers nothing before there is a canvas', () => expect(coversCard([card(200, 900)], extent, 0, corner)).toBe(false));
});
