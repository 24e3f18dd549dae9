/** Red, green and blue from 0 to 255, opacity from 0 to 1. */
export interface Colour { readonly red: number; readonly green: number; readonly blue: number; readonly alpha: number }

/**
 * A colour as `getComputedStyle` writes it, `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`.
 * @throws Error for any other form
 */
export function parseColour(text: string): Colour {
  const parts = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(text);
  if (!parts) throw new Error(`not a colour as browsers resolve it: ${text}`);
  return { red: Number(parts[1]), green: Number(parts[2]), blue: Number(parts[3]), alpha: Number(parts[4] ?? 1) };
}

/** What is seen where a colour lies on an opaque one. */
export function over(top: Colour, ground: Colour): Colour {
  const mix = (a: number, b: number): number => a * top.alpha + b * (1 - top.alpha);
  return { red: mix(top.red, ground.red), green: mix(top.green, ground.green), blue: mix(top.blue, ground.blue), alpha: 1 };
}

/** Contrast ratio of two opaque colours, 1 to 21, by WCAG 2.2. */
export function contrast(one: Colour, other: Colour): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance by WCAG 2.2. */
function luminance({ red, green, blue }: Colour): number {
  const linear = (channel: number): number => (channel / 255 <= 0.040_45 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
