import type { Point, Rect } from './types.ts';

export interface LabelWish {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Points along its edge. */
  readonly path: readonly Point[];
}

const margin = 2;
/** Between labels in one row, which would else read as one. */
const apart = 14;

/**
 * Middle points for edge labels, in the order of the wishes: as near to the middle of the edge as there is room for without
 * touching a card or a box title or coming close to an earlier label. Labels without room are left out.
 */
export function placeLabels(wishes: readonly LabelWish[], obstacles: readonly Rect[]): ReadonlyMap<string, Point> {
  const labels: Rect[] = [];
  const places = new Map<string, Point>();
  for (const wish of wishes) {
    const middle = (wish.path.length - 1) / 2;
    const order = wish.path.map((_, i) => i).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
    for (const i of order) {
      const { x, y } = wish.path[i]!;
      const rect = { x: x - wish.width / 2 - margin, y: y - wish.height / 2, width: wish.width + 2 * margin, height: wish.height };
      if (obstacles.some((other) => overlap(rect, other)) || labels.some((other) => overlap(rect, other))) continue;
      labels.push({ ...rect, x: rect.x - apart, width: rect.width + 2 * apart });
      places.set(wish.id, { x: Math.round(x), y: Math.round(y) });
      break;
    }
  }
  return places;
}

export function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
