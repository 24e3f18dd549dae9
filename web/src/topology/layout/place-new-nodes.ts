import { compare } from './assign-columns.ts';
import { extents, type Extent } from './geometry.ts';
import type { Cell, Cells, LayoutEdge, LayoutNode } from './types.ts';

/**
 * Cells for nodes that have none, all others untouched. A new node goes right of its callers (or left of what it calls):
 * in its box to the nearest free cell; outside of boxes, or where its box is new, to the nearest cell clear of every box.
 * Where a box has no free cell it grows downwards if nothing stands there, otherwise to the right.
 */
export function placeNewNodes(kept: Cells, nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Cells {
  const cells = new Map<string, Cell>(kept);
  const fresh = nodes.filter((node) => !kept.has(node.id)).sort((a, b) => compare(a.box ?? '', b.box ?? '') || compare(a.name, b.name) || compare(a.id, b.id));
  for (const node of fresh) {
    const wish = wishFor(node, cells, edges);
    const boxes = extents(nodes, cells);
    const own = node.box === null ? undefined : boxes.get(node.box);
    const others = [...boxes].filter(([key]) => key !== node.box).map(([, extent]) => extent);
    const taken = new Set([...cells.values()].map((cell) => `${cell.column} ${cell.row}`));
    cells.set(node.id, nearestFree(wish, own, others, taken));
  }
  return cells;
}

function wishFor(node: LayoutNode, cells: Cells, edges: readonly LayoutEdge[]): Cell {
  const callers = edges.filter((edge) => edge.destination === node.id).map((edge) => cells.get(edge.source)).filter((cell) => cell !== undefined);
  const callees = edges.filter((edge) => edge.source === node.id).map((edge) => cells.get(edge.destination)).filter((cell) => cell !== undefined);
  const all = [...callers, ...callees];
  if (all.length === 0) return { column: 0, row: Math.max(0, ...[...cells.values()].map((cell) => cell.row)) + 2 };
  const row = Math.round(all.reduce((sum, cell) => sum + cell.row, 0) / all.length);
  const column = callers.length > 0 ? Math.max(...callers.map((cell) => cell.column)) + 1 : Math.min(...callees.map((cell) => cell.column)) - 1;
  return { column, row };
}

function nearestFree(wish: Cell, own: Extent | undefined, others: readonly Extent[], taken: ReadonlySet<string>): Cell {
  const reach = 60;
  let best: Cell = { column: wish.column, row: wish.row };
  let least = Infinity;
  const columns = own ? range(own.left, own.right + 1) : range(wish.column, wish.column + 3);
  const rows = own ? range(own.top, own.bottom + reach) : range(wish.row - reach, wish.row + reach);
  for (const column of columns) {
    for (const row of rows) {
      if (taken.has(`${column} ${row}`)) continue;
      const grown = own ? { left: own.left, right: Math.max(own.right, column), top: own.top, bottom: Math.max(own.bottom, row) } : { left: column, right: column, top: row, bottom: row };
      if (others.some((box) => touches(grown, box))) continue;
      if (own && holdsStranger(grown, own, taken)) continue;
      const growth = own ? 3 * (grown.right - own.right) + (grown.bottom - own.bottom) : 0;
      const distance = 2 * Math.abs(column - wish.column) + Math.abs(row - wish.row) + 2 * growth;
      if (distance < least) [best, least] = [{ column, row }, distance];
    }
  }
  return best;
}

/** True where a grown box would swallow a card that stood outside of it. */
function holdsStranger(grown: Extent, own: Extent, taken: ReadonlySet<string>): boolean {
  for (let column = grown.left; column <= grown.right; column++) {
    for (let row = grown.top; row <= grown.bottom; row++) {
      const before = column <= own.right && row <= own.bottom;
      if (!before && taken.has(`${column} ${row}`)) return true;
    }
  }
  return false;
}

function touches(a: Extent, b: Extent): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom + 1 && b.top <= a.bottom + 1;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
