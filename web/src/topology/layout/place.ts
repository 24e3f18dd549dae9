import { arrange, layOut, type Arrangement } from './lay-out.ts';
import { picture, type Picture } from './picture.ts';
import type { GridSizes, LayoutEdge, LayoutNode } from './types.ts';

/** What a layout is made of: plain data, so that it can be sent to a worker. */
export interface LayoutTask {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
  readonly sizes: GridSizes;
  /** Places that stay; null = all is laid out anew. */
  readonly kept: Arrangement | null;
}

export interface Layout {
  readonly arrangement: Arrangement;
  readonly picture: Picture;
}

/** Finds the cells of a graph, keeping those that are `kept`, and from them every card, box and route in pixels. */
export function place({ nodes, edges, sizes, kept }: LayoutTask): Layout {
  const arrangement = kept === null ? layOut(nodes, edges, sizes) : arrange(kept, nodes, edges, sizes);
  return { arrangement, picture: picture(arrangement, nodes, edges, { ...sizes, cardWidth: arrangement.cardWidth }) };
}
