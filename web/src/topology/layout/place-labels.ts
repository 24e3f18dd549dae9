import type { Point, Rect } from './types.ts';

/** A size of a label. */
export interface LabelForm {
  readonly width: number;
  readonly height: number;
}

export interface LabelWish<Form extends LabelForm> {
  readonly id: string;
  /** In which it may be drawn, the preferred first. */
  readonly forms: readonly Form[];
  /** Points along its edge. */
  readonly path: readonly Point[];
}

export interface PlacedLabel<Form extends LabelForm> {
  /** Its middle. */
  readonly at: Point;
  readonly form: Form;
}

const margin = 2;
/** Between labels in one row, which would else read as one. */
const apart = 14;

/**
 * Places for edge labels, in the order of the wishes: each in the first of its forms that has room anywhere, as near to the
 * middle of the edge as may be without touching a card or a box title or coming close to an earlier label. Labels without
 * room are left out.
 */
export function placeLabels<Form extends LabelForm>(wishes: readonly LabelWish<Form>[], obstacles: readonly Rect[]): ReadonlyMap<string, PlacedLabel<Form>> {
  const labels: Rect[] = [];
  const places = new Map<string, PlacedLabel<Form>>();
  for (const { id, forms, path } of wishes) {
    const middle = (path.length - 1) / 2;
    const order = path.map((_, i) => i).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
    for (const [form, i] of forms.flatMap((one) => order.map((k): [Form, number] => [one, k]))) {
      const { x, y } = path[i]!;
      const rect = { x: x - form.width / 2 - margin, y: y - form.height / 2, width: form.width + 2 * margin, height: form.height };
      if (obstacles.some((other) => overlap(rect, other)) || labels.some((other) => overlap(rect, other))) continue;
      labels.push({ ...rect, x: rect.x - apart, width: rect.width + 2 * apart });
      places.set(id, { at: { x: Math.round(x), y: Math.round(y) }, form });
      break;
    }
  }
  return places;
}

export function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
