import type { TierSegment } from '../tier-segments.ts';

/** Up to this step buckets are parts of their own. */
const cutUpTo = 600;
/** A window that ends this close to now is a live one. */
const liveSeconds = 120;

/**
 * Cuts the segments of a window into parts that the next window has too, be it a live one or one that somebody moves over the
 * past: buckets of the finer tiers for themselves, those of hours, which rarely move, together.
 */
export function windowParts(segments: readonly TierSegment[]): TierSegment[] {
  return segments.flatMap((segment) => {
    if (segment.step > cutUpTo) return [segment];
    const { step, from, to } = segment;
    return Array.from({ length: (to - from) / step }, (_, i) => ({ ...segment, from: from + i * step, to: from + (i + 1) * step }));
  });
}

/** Whether the same window will be asked for again a moment later, moved on. */
export function isLive(segments: readonly TierSegment[], now: number): boolean {
  return (segments.at(-1)?.to ?? 0) >= now - liveSeconds;
}
