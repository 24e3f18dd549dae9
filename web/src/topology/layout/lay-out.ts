import { assignColumns, compare } from './assign-columns.ts';
import { assignRows } from './assign-rows.ts';
import { columnsOf, type Columns } from './geometry.ts';
import { placeNewNodes } from './place-new-nodes.ts';
import type { Cell, GridSizes, LayoutEdge, LayoutNode } from './types.ts';

/** Places that are kept: a node stays in its cell, a column at its place, whatever the traffic does. */
export interface Arrangement {
  readonly cells: ReadonlyMap<string, Cell>;
  readonly columns: Columns;
  readonly cardWidth: number;
}

/** What a picture is wanted to fit, pixels: a canvas beside its panel. Fixed, so that a layout does not depend on a window. */
const frame = { width: 1040, height: 690 } as const;
const widthStep = 8;
/** Boxes beside each other read better: stacking them must make the picture this much larger. */
const gain = 1.08;

/**
 * A whole new arrangement: columns by callers and callees, rows by neighbours. Of boxes beside each other and boxes stacked
 * it takes what can be shown larger. Deterministic.
 */
export function layOut(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], sizes: GridSizes): Arrangement {
  // In one order, because sums of fractions depend on it in their last bits.
  const sorted = [...edges].sort((a, b) => compare(a.id, b.id));
  const [beside, stacked] = (['beside', 'stacked'] as const).map((packing) => {
    const cells = assignRows(assignColumns(nodes, sorted, packing), sorted);
    return widened(nodes, sorted, cells, sizes);
  }) as [Arrangement, Arrangement];
  return scaleOf(stacked, sizes) > gain * scaleOf(beside, sizes) ? stacked : beside;
}

/** The widest cards, up to those asked for, that can be shown as large as the narrowest. */
function widened(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], cells: Arrangement['cells'], sizes: GridSizes): Arrangement {
  const withCards = (cardWidth: number): Arrangement => ({ cells, columns: columnsOf(nodes, cells, edges, { ...sizes, cardWidth }), cardWidth });
  let best = withCards(sizes.narrowestCard);
  const scale = scaleOf(best, sizes);
  for (let width = sizes.narrowestCard + widthStep; width <= sizes.cardWidth; width += widthStep) {
    const wider = withCards(width);
    if (scaleOf(wider, sizes) < scale - 1e-9) break;
    best = wider;
  }
  return best;
}

/** How large an arrangement can be shown in the frame, at most 1. */
function scaleOf({ cells, columns, cardWidth }: Arrangement, sizes: GridSizes): number {
  const width = columns.left.at(-1)! + cardWidth;
  const height = (Math.max(0, ...[...cells.values()].map((cell) => cell.row)) + 1) * sizes.rowPitch;
  return Math.min(1, frame.width / width, frame.height / height);
}

/**
 * The arrangement kept for a graph that has changed: nodes that it knows do not move, new ones take free cells, those that
 * left keep theirs (they may come back). Laid out anew where fewer than half of the nodes are known.
 */
export function arrange(kept: Arrangement | null, nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], sizes: GridSizes): Arrangement {
  const known = kept ? nodes.filter((node) => kept.cells.has(node.id)).length : 0;
  if (!kept || known * 2 < nodes.length) return layOut(nodes, edges, sizes);
  if (known === nodes.length) return kept;
  return { ...kept, cells: placeNewNodes(kept.cells, nodes, edges) };
}
