import { spanLayout } from '@orrery/collectors/model/latency-layout';

/**
 * The bounds of `spanLayout` in nanoseconds, negated and ascending, below them all one for +Inf: ClickHouse's `roundDown`
 * of a negated duration then gives the smallest bound at or above it, as a histogram's `le` has it.
 */
export const negativeBoundsNs: readonly number[] = [-1e18, ...[...spanLayout.boundsMs].reverse().map((ms) => -Math.round(ms * 1e6))];

const indexes = new Map(negativeBoundsNs.map((bound, i) => [bound, spanLayout.boundsMs.length - i]));

/** Index into `spanLayout` of such a bound. */
export function boundIndex(bound: number): number {
  return indexes.get(bound) ?? spanLayout.boundsMs.length;
}
