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

/** A whole new arrangement: columns by callers and callees, rows by neighbours. Deterministic. */
export function layOut(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], sizes: GridSizes): Arrangement {
  // In one order, because sums of fractions depend on it in their last bits.
  const sorted = [...edges].sort((a, b) => compare(a.id, b.id));
  const cells = assignRows(assignColumns(nodes, sorted), sorted);
  return { cells, columns: columnsOf(nodes, cells, edges, sizes), cardWidth: sizes.cardWidth };
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
