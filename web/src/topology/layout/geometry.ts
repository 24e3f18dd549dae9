import type { Cell, Cells, GridSizes, LayoutEdge, LayoutNode, Rect } from './types.ts';

/** Space inside and around boxes, in pixels. */
export const spacing = { padding: 8, header: 22, innerGap: 36, outerGap: 58, perEdge: 0.75, widestGap: 76 } as const;

/** Where each column begins, by column − `first`. */
export interface Columns {
  readonly first: number;
  readonly left: readonly number[];
}

/**
 * Left edges of the columns. Columns of one box stand `innerGap` apart; where a box or a loose card ends there is room for
 * two paddings, and for the edges that turn there.
 */
export function columnsOf(nodes: readonly LayoutNode[], cells: Cells, edges: readonly LayoutEdge[], sizes: GridSizes): Columns {
  const placed = nodes.filter((node) => cells.has(node.id));
  const used = placed.map((node) => cells.get(node.id)!.column);
  const first = Math.min(...used, 0);
  const last = Math.max(...used, 0);
  const bounds = new Set<number>();
  for (const extent of extents(placed, cells).values()) {
    bounds.add(extent.left - 1);
    bounds.add(extent.right);
  }
  for (const node of placed) if (node.box === null) bounds.add(cells.get(node.id)!.column).add(cells.get(node.id)!.column - 1);
  const left: number[] = [0];
  for (let c = first; c < last; c++) {
    const turning = edges.filter((edge) => crossesGap(cells.get(edge.source), cells.get(edge.destination), c)).length;
    const gap = bounds.has(c) ? Math.min(spacing.widestGap, spacing.outerGap + spacing.perEdge * turning) : spacing.innerGap;
    left.push(left.at(-1)! + sizes.cardWidth + 2 * Math.round(gap / 2));
  }
  return { first, left };
}

function crossesGap(a: Cell | undefined, b: Cell | undefined, column: number): boolean {
  return a !== undefined && b !== undefined && a.row !== b.row && Math.min(a.column, b.column) <= column && Math.max(a.column, b.column) > column;
}

/** Left edge of a column, also of one beyond those that were measured. */
export function columnLeft(columns: Columns, column: number, sizes: GridSizes): number {
  const i = column - columns.first;
  const pitch = sizes.cardWidth + spacing.outerGap;
  if (i < 0) return columns.left[0]! + i * pitch;
  const last = columns.left.length - 1;
  return i <= last ? columns.left[i]! : columns.left[last]! + (i - last) * pitch;
}

export interface Extent {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Columns and rows that each box spans. */
export function extents(nodes: readonly LayoutNode[], cells: Cells): ReadonlyMap<string, Extent> {
  const boxes = new Map<string, Extent>();
  for (const node of nodes) {
    const cell = cells.get(node.id);
    if (node.box === null || !cell) continue;
    const box = boxes.get(node.box);
    if (!box) {
      boxes.set(node.box, { left: cell.column, right: cell.column, top: cell.row, bottom: cell.row });
      continue;
    }
    box.left = Math.min(box.left, cell.column);
    box.right = Math.max(box.right, cell.column);
    box.top = Math.min(box.top, cell.row);
    box.bottom = Math.max(box.bottom, cell.row);
  }
  return boxes;
}

/** The box around its cards: padding on every side, a header above. */
export function boxRect(extent: Extent, columns: Columns, sizes: GridSizes): Rect {
  const x = columnLeft(columns, extent.left, sizes) - spacing.padding;
  const y = extent.top * sizes.rowPitch - sizes.cardHeight / 2 - spacing.header;
  const right = columnLeft(columns, extent.right, sizes) + sizes.cardWidth + spacing.padding;
  const bottom = extent.bottom * sizes.rowPitch + sizes.cardHeight / 2 + spacing.padding - 2;
  return { x, y, width: right - x, height: bottom - y };
}
