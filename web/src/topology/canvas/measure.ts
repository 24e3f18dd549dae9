import type { Measure } from '../graph/edge-labels.ts';

const remembered = 4_000;

/** Text widths in the fonts of the canvas, remembered. */
export function createMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.documentElement).getPropertyValue('--font-ui');
  const widths = new Map<string, number>();
  return (text, font) => {
    const key = `${font} ${text}`;
    let width = widths.get(key);
    if (width === undefined) {
      if (context) context.font = `${font === 'card' ? '500 12px' : '600 11px'} ${family}`;
      width = context ? context.measureText(text).width : text.length * 7;
      if (widths.size >= remembered) widths.clear();
      widths.set(key, width);
    }
    return width;
  };
}
