import type { Onset } from '../../graphql/explain.ts';
import { age, clock, percent } from '../../lib/format.ts';

/** When failures began, as exactly as it is known. */
export function onsetText({ time, precision, ratioBefore, ratioAfter, beyond }: Onset): string {
  if (beyond) return `before ${clock(time)}, as far back as there is data`;
  return `${clock(time)} (± ${age(precision)}): ${percent(ratioBefore)} → ${percent(ratioAfter)}`;
}

/** Where an event lies from the onset: `40 s before`. */
export function offsetText(seconds: number): string {
  if (Math.abs(seconds) < 1) return 'at the same time';
  return `${age(Math.abs(seconds))} ${seconds < 0 ? 'before' : 'after'}`;
}
