import { boxRect, columnLeft, extents } from './geometry.ts';
import type { Arrangement } from './lay-out.ts';
import { routeEdges, type Route } from './route-edges.ts';
import type { GridSizes, LayoutEdge, LayoutNode, Point, Rect } from './types.ts';

/** An arrangement in pixels. */
export interface Picture {
  /** Middle of each card. */
  readonly positions: ReadonlyMap<string, Point>;
  readonly boxes: readonly { readonly box: string; readonly rect: Rect }[];
  readonly routes: ReadonlyMap<string, Route>;
}

/** Where everything goes: cards in the middle of their cells, boxes around them, edges in gaps and lanes. */
export function picture(arrangement: Arrangement, nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], sizes: GridSizes): Picture {
  const { cells, columns } = arrangement;
  const present = new Map(nodes.flatMap((node) => {
    const cell = cells.get(node.id);
    return cell ? [[node.id, cell] as const] : [];
  }));
  const spans = extents(nodes, present);
  return {
    positions: new Map([...present].map(([id, cell]) => [id, { x: columnLeft(columns, cell.column, sizes) + sizes.cardWidth / 2, y: cell.row * sizes.rowPitch }])),
    boxes: spans.map(({ box, extent }) => ({ box, rect: boxRect(extent, columns, sizes) })),
    routes: routeEdges(edges, present, spans.map((span) => span.extent), columns, sizes),
  };
}
