import type { Point } from '../layout/types.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

export interface Walkable {
  readonly positions: ReadonlyMap<string, Point>;
  readonly edges: readonly { readonly source: string; readonly destination: string }[];
}

/**
 * Where an arrow key leads: left and right to the nearest caller or callee on that side (else to the nearest card there),
 * up and down to the next card in the same column. From nowhere: to the first card of the leftmost column. null = nothing there.
 */
export function walk(graph: Walkable, from: string | null, direction: Direction): string | null {
  const { positions, edges } = graph;
  const start = from === null ? undefined : positions.get(from);
  if (start === undefined) return first(positions);
  const sideways = direction === 'left' || direction === 'right';
  const linked = new Set(edges.flatMap((edge) => (edge.source === from ? [edge.destination] : edge.destination === from ? [edge.source] : [])));
  let best: string | null = null;
  let least = Infinity;
  for (const [id, at] of positions) {
    if (id === from) continue;
    const along = sideways ? (at.x - start.x) * (direction === 'right' ? 1 : -1) : (at.y - start.y) * (direction === 'down' ? 1 : -1);
    const across = sideways ? Math.abs(at.y - start.y) : Math.abs(at.x - start.x);
    if (along <= 1 || (!sideways && across > 1)) continue;
    const distance = along + 2 * across + (sideways && !linked.has(id) ? 1e6 : 0);
    if (distance < least) [best, least] = [id, distance];
  }
  return best;
}

function first(positions: ReadonlyMap<string, Point>): string | null {
  let best: string | null = null;
  let at: Point = { x: Infinity, y: Infinity };
  for (const [id, point] of positions) if (point.x < at.x || (point.x === at.x && point.y < at.y)) [best, at] = [id, point];
  return best;
}
