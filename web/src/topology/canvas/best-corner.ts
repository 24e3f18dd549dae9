import type { Extent } from './minimap.ts';

/** The upper left corner of the graph is where reading begins: it is left only for so many times the cards. */
const worthLeaving = 1.5;

/**
 * Where to look at a graph that is larger than the view: the upper left corner of what is shown, in pixels of the graph, never
 * beyond its bounds. Cards of `middle` are wholly in sight where there is room for all of them; where there is not, as many
 * of them as a view around one of them has. Beside that the view begins where the graph does, unless it would be rather empty
 * there: then where most cards are.
 */
export function bestCorner(cards: readonly Extent[], middle: readonly Extent[], bounds: Extent, room: { readonly width: number; readonly height: number }): { readonly x: number; readonly y: number } {
  const kept = around(middle);
  const keep = kept && kept.x2 - kept.x1 <= room.width && kept.y2 - kept.y1 <= room.height ? kept : null;
  const sought = middle.length > 0 && !keep ? middle : cards;
  const place = (x: number, y: number): { x: number; y: number } => ({
    x: within(keep ? shifted(x, keep.x1, keep.x2, room.width) : x, bounds.x1, bounds.x2, room.width),
    y: within(keep ? shifted(y, keep.y1, keep.y2, room.height) : y, bounds.y1, bounds.y2, room.height),
  });
  const score = ({ x, y }: { x: number; y: number }): number => {
    const whole = (all: readonly Extent[]): number => all.reduce((count, one) => (one.x1 >= x && one.y1 >= y && one.x2 <= x + room.width && one.y2 <= y + room.height ? count + 1 : count), 0);
    return whole(sought) + (sought === cards ? 0 : whole(cards) / (cards.length + 1));
  };
  const begin = place(bounds.x1, bounds.y1);
  let best = begin, most = score(begin) * worthLeaving;
  for (const { x1, x2, y1, y2 } of sought) {
    const corner = place((x1 + x2 - room.width) / 2, (y1 + y2 - room.height) / 2), has = score(corner);
    if (has > most) [best, most] = [corner, has];
  }
  return best;
}

/** What rectangles take up together; null = there are none. */
export function around(all: readonly Extent[]): Extent | null {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const one of all) [x1, y1, x2, y2] = [Math.min(x1, one.x1), Math.min(y1, one.y1), Math.max(x2, one.x2), Math.max(y2, one.y2)];
  return x1 < x2 ? { x1, y1, x2, y2 } : null;
}

/** Moved no more than it takes to have `low` to `high` inside. */
function shifted(from: number, low: number, high: number, size: number): number {
  return Math.max(Math.min(from, low), high - size);
}

function within(from: number, low: number, high: number, size: number): number {
  return Math.max(low, Math.min(from, high - size));
}
