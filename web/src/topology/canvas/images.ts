import { glyphs } from '../../lib/glyphs.ts';
import { icons } from '../../lib/icons.ts';
import type { NamespaceCard } from '../graph/collapse.ts';
import { states, type State } from '../graph/topology.ts';
import type { Palette } from './palette.ts';

/** The glyph of a state as an image for a card. Constants and numbers only: no text from telemetry ever gets into markup. */
export function glyphImage(state: State, palette: Palette): string {
  const { path, fill, dash } = glyphs[state];
  const colour = palette.states[state].text;
  const paint = fill ? `fill="${colour}"` : `fill="none" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dash === '' ? 'none' : dash}"`;
  return image(20, 20, '0 0 10 10', `<path d="${path}" ${paint}/>`);
}

/** An open padlock on the colour of a box. */
export function padlockImage(palette: Palette): string {
  return image(32, 32, '0 0 16 16', `<rect width="16" height="16" rx="3" fill="${palette.box}"/><path d="${icons.unlock}" fill="none" stroke="${palette.text2}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>`);
}

const barWidth = 116;
const smallestPart = 4;

/** Shares of healthy and other members as a bar; each part that is not empty is at least 4 px wide. */
export function healthBar(card: NamespaceCard, palette: Palette): string {
  const parts = states.filter((state) => card.counts[state] > 0);
  const least = parts.length * smallestPart;
  let x = 0;
  const rects = parts.map((state) => {
    const width = smallestPart + ((barWidth - least) * card.counts[state]) / card.services;
    const rect = `<rect x="${x.toFixed(1)}" width="${Math.max(1, width - 1).toFixed(1)}" height="6" fill="${palette.states[state].line}"/>`;
    x += width;
    return rect;
  });
  return image(2 * barWidth, 12, `0 0 ${barWidth} 6`, rects.join(''));
}

function image(width: number, height: number, box: string, content: string): string {
  return `data:image/svg+xml;utf8,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${box}">${content}</svg>`)}`;
}
