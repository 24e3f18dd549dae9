import type { Card } from '../graph/scene.ts';

/** The part of the graph in view, in its pixels. */
export interface Extent { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }

/** Whether a card in view lies, wholly or in part, beneath what stands in the lower left corner of the canvas; `corner` in pixels of the screen. */
export function coversCard(cards: readonly Pick<Card, 'x' | 'y' | 'width' | 'height'>[], extent: Extent, canvasWidth: number, corner: { readonly width: number; readonly height: number }): boolean {
  const zoom = canvasWidth / (extent.x2 - extent.x1);
  if (!(zoom > 0) || !Number.isFinite(zoom)) return false;
  const [right, top] = [extent.x1 + corner.width / zoom, extent.y2 - corner.height / zoom];
  return cards.some((card) => card.x + card.width / 2 > extent.x1 && card.x - card.width / 2 < right && card.y + card.height / 2 > top && card.y - card.height / 2 < extent.y2);
}
