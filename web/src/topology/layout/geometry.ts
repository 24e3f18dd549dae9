import { compare } from './assign-columns.ts';
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
  for (const { extent } of extents(placed, cells)) {
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
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A box as drawn, with the rows and columns it spans. */
export interface BoxSpan {
  /** Key of the box. */
  readonly box: string;
  readonly extent: Extent;
}

/**
 * Rows and columns of every box, none touching another. A box is one rectangle, unless a card that came later stands where
 * that rectangle would reach over cards or boxes of others: then the box is drawn in several parts.
 */
export function extents(nodes: readonly LayoutNode[], cells: Cells): readonly BoxSpan[] {
  const placed = nodes.flatMap((node) => {
    const cell = cells.get(node.id);
    return cell ? [{ box: node.box, cell }] : [];
  });
  const spans: BoxSpan[] = [];
  for (const [box, members] of [...Map.groupBy(placed, (one) => one.box)].sort(([a], [b]) => compare(a ?? '', b ?? ''))) {
    if (box === null) continue;
    const strangers = placed.filter((one) => one.box !== box).map((one) => one.cell);
    const fits = (extent: Extent): boolean => !strangers.some((cell) => touches(extent, around(cell))) && !spans.some((span) => touches(extent, span.extent));
    const whole = members.map((one) => around(one.cell)).reduce(join);
    const parts = fits(whole) ? [whole] : partsOf(members.map((one) => one.cell), fits);
    spans.push(...parts.map((extent) => ({ box, extent })));
  }
  return spans;
}

/** The cards of a box in few rectangles that fit and do not touch each other, each as wide as it gets in reading order. */
function partsOf(cells: readonly Cell[], fits: (extent: Extent) => boolean): readonly Extent[] {
  const parts: Extent[] = [];
  let rest = runsOf(cells);
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    let part = first;
    for (const run of rest) {
      const wider = swallow(join(part, run), rest);
      if (fits(wider) && !parts.some((one) => touches(wider, one))) part = wider;
    }
    rest = rest.filter((run) => !touches(run, part));
    parts.push(part);
  }
  return parts;
}

/** Cards under each other with no row between, column by column: no two of these touch, so each can be a part. */
function runsOf(cells: readonly Cell[]): readonly Extent[] {
  const runs: Extent[] = [];
  for (const cell of [...cells].sort((a, b) => a.column - b.column || a.row - b.row)) {
    const last = runs.at(-1);
    if (last !== undefined && touches(last, around(cell))) runs[runs.length - 1] = join(last, around(cell));
    else runs.push(around(cell));
  }
  return runs;
}

/** A rectangle widened until it holds every one of these that it touches. */
function swallow(extent: Extent, others: readonly Extent[]): Extent {
  const wider = others.filter((other) => touches(extent, other)).reduce(join, extent);
  return isSame(wider, extent) ? extent : swallow(wider, others);
}

function isSame(a: Extent, b: Extent): boolean {
  return a.left === b.left && a.right === b.right && a.top === b.top && a.bottom === b.bottom;
}

export function around({ column, row }: Cell): Extent {
  return { left: column, right: column, top: row, bottom: row };
}

export function join(a: Extent, b: Extent): Extent {
  return { left: Math.min(a.left, b.left), right: Math.max(a.right, b.right), top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom) };
}

/** True where two boxes overlap or have no row between them. */
export function touches(a: Extent, b: Extent): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom + 1 && b.top <= a.bottom + 1;
}

/** The box around its cards: padding on every side, a header above. */
export function boxRect(extent: Extent, columns: Columns, sizes: GridSizes): Rect {
  const x = columnLeft(columns, extent.left, sizes) - spacing.padding;
  const y = extent.top * sizes.rowPitch - sizes.cardHeight / 2 - spacing.header;
  const right = columnLeft(columns, extent.right, sizes) + sizes.cardWidth + spacing.padding;
  const bottom = extent.bottom * sizes.rowPitch + sizes.cardHeight / 2 + spacing.padding - 2;
  return { x, y, width: right - x, height: bottom - y };
}
