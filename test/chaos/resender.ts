import type { Random } from '../simulator/random.ts';

/**
 * Units of telemetry on their way: each is sent until it was acknowledged. What was not goes back and leaves
 * again in a request among other neighbours, as a client's retry queue does after a crash.
 */
export interface Resender {
  /** The next request: refused units and new ones, mixed; empty when closed and nothing is left. */
  take(count: number): readonly number[];
  acknowledged(units: readonly number[]): void;
  refused(units: readonly number[]): void;
  /** No new units from here on. */
  close(): void;
  /** Units made and not yet acknowledged. */
  open(): number;
  readonly acked: ReadonlySet<number>;
  /** Times a unit was sent beyond its first. */
  resent(): number;
}

/**
 * Numbers units, and gives out again those that were not acknowledged: about every second time while there are new ones, and
 * alone once it is closed.
 */
export function createResender(random: Random): Resender {
  const waiting: number[] = [];
  const acked = new Set<number>();
  let next = 0, resent = 0, closed = false;
  return {
    acked,
    take(count) {
      const units: number[] = [];
      while (units.length < count) {
        const again = waiting.length > 0 && (closed || random.next() < 0.5);
        if (again) {
          const at = Math.floor(random.next() * waiting.length);
          units.push(waiting[at] ?? 0);
          waiting[at] = waiting.at(-1) ?? 0;
          waiting.pop();
          resent++;
        } else if (!closed) units.push(next++);
        else break;
      }
      return units;
    },
    acknowledged: (units) => { for (const unit of units) acked.add(unit); },
    refused: (units) => { waiting.push(...units); },
    close: () => { closed = true; },
    open: () => next - acked.size,
    resent: () => resent,
  };
}
