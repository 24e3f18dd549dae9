import { compare } from './assign-columns.ts';
import { around, extents, join, touches, type Extent } from './geometry.ts';
import type { Cell, Cells, LayoutEdge, LayoutNode } from './types.ts';

/** How far from the wished place a cell is looked for. */
const reach = { columns: 4, rows: 60 } as const;

/**
 * Cells for nodes that have none, all others untouched. A new node goes right of its callers (or left of what it calls), to
 * the nearest free cell of its box; where the box is full it grows, if nothing stands there. What finds no place in its box,
 * or has no box yet, takes the nearest cell clear of every box.
 */
export function placeNewNodes(kept: Cells, nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Cells {
  const cells = new Map<string, Cell>(kept);
  const fresh = nodes.filter((node) => !kept.has(node.id)).sort((a, b) => compare(a.box ?? '', b.box ?? '') || compare(a.name, b.name) || compare(a.id, b.id));
  for (const node of fresh) {
    const wish = wishFor(node, cells, edges);
    const spans = extents(nodes, cells);
    const own = spans.filter((span) => span.box === node.box).map((span) => span.extent);
    const others = spans.filter((span) => span.box !== node.box).map((span) => span.extent);
    const taken = [...cells.values()];
    const ids = new Set(nodes.filter((one) => one.box === node.box).map((one) => one.id));
    const strangers = [...cells].filter(([id]) => !ids.has(id)).map(([, cell]) => cell);
    cells.set(node.id, insideBox(wish, own, others, taken, strangers) ?? clearOfBoxes(wish, [...own, ...others], taken));
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

/** The nearest free cell in or beside a part of its box; growing costs more than distance. */
function insideBox(wish: Cell, own: readonly Extent[], others: readonly Extent[], taken: readonly Cell[], strangers: readonly Cell[]): Cell | null {
  let best: Cell | null = null;
  let least = Infinity;
  for (const part of own) {
    for (let column = part.left - 1; column <= part.right + 1; column++) {
      for (let row = part.top - 2; row <= part.bottom + reach.rows; row++) {
        const cell = { column, row };
        const grown = join(part, around(cell));
        const growth = 3 * (grown.right - grown.left - part.right + part.left) + grown.bottom - grown.top - part.bottom + part.top;
        const distance = 2 * Math.abs(column - wish.column) + Math.abs(row - wish.row) + 2 * growth;
        if (distance >= least || isTaken(cell, taken) || others.some((box) => touches(grown, box))) continue;
        // Of those that left the box is not known: inside a part too they are kept clear of, for they may come back.
        const claimed = growth > 0 ? grown : around(cell);
        if (strangers.some((one) => touches(claimed, around(one)))) continue;
        [best, least] = [cell, distance];
      }
    }
  }
  return best;
}

function clearOfBoxes(wish: Cell, boxes: readonly Extent[], taken: readonly Cell[]): Cell {
  let best: Cell | null = null;
  let least = Infinity;
  for (let column = wish.column; column <= wish.column + reach.columns; column++) {
    for (let row = wish.row - reach.rows; row <= wish.row + reach.rows; row++) {
      const cell = { column, row };
      const distance = 2 * (column - wish.column) + Math.abs(row - wish.row);
      if (distance >= least || boxes.some((box) => touches(around(cell), box)) || taken.some((one) => one.column === column && Math.abs(one.row - row) <= 1)) continue;
      [best, least] = [cell, distance];
    }
  }
  // Columns as full as that: below everything there is always room.
  return best ?? { column: wish.column, row: Math.max(...taken.map((one) => one.row)) + 3 };
}

function isTaken(cell: Cell, taken: readonly Cell[]): boolean {
  return taken.some((one) => one.column === cell.column && one.row === cell.row);
}
