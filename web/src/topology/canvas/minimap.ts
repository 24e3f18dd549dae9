import type { Card } from '../graph/scene.ts';

/** The part of the graph in view, in its pixels. */
export interface Extent { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }

/** A corner of the canvas that something stands in, in pixels of the screen. */
export interface Corner { readonly at: 'left' | 'right'; readonly width: number; readonly height: number }

/** Whether a card in view lies, wholly or in part, beneath what stands in a lower corner of the canvas. */
export function coversCard(cards: readonly Pick<Card, 'x' | 'y' | 'width' | 'height'>[], extent: Extent, canvasWidth: number, corner: Corner): boolean {
  const zoom = canvasWidth / (extent.x2 - extent.x1);
  if (!(zoom > 0) || !Number.isFinite(zoom)) return false;
  const [width, top] = [corner.width / zoom, extent.y2 - corner.height / zoom];
  const [left, right] = corner.at === 'left' ? [extent.x1, extent.x1 + width] : [extent.x2 - width, extent.x2];
  return cards.some((card) => card.x + card.width / 2 > left && card.x - card.width / 2 < right && card.y + card.height / 2 > top && card.y - card.height / 2 < extent.y2);
}
