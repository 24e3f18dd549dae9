import type { Rejection, SourceReport } from '@orrery/collectors/model/source-report';
import type { MeshEvent } from '../../events/event.ts';
import type { EventSink } from '../../events/event-sink.ts';
import { ApiError } from '../errors.ts';
import { eventOf, itemsOf, readItem, type ItemError } from './event-request.ts';

/** What became of a request: `received` = `stored` + the length of `errors`. */
export interface TakenEvents { readonly received: number; readonly stored: number; readonly errors: readonly ItemError[] }

/** Takes events that are sent, and counts what became of them. */
export interface EventIntake {
  /** @throws ApiError BAD_INPUT, READ_ONLY */
  take(body: string): Promise<TakenEvents>;
  /** Counts a request that could not be read at all. */
  refuse(reason: string): void;
}

/** What taking events in needs. */
export interface EventIntakeDeps {
  readonly tenant: string;
  /** Null in a replay. */
  readonly sink: EventSink | null;
  readonly log: { report(report: SourceReport): void; reject(rejection: Rejection): void };
  /** Unix milliseconds. */
  readonly now: () => number;
}

const source = 'events-http';

/**
 * Takes events into the store, and counts each as received, stored, rejected or dropped.
 * @param sink null where nothing is taken in: `take` throws `ApiError` READ_ONLY
 */
export function createEventIntake({ tenant, sink, log, now }: EventIntakeDeps): EventIntake {
  function count(received: number, stored: number, dropped: number, reasons: readonly string[], newestMs: number): void {
    const of = { tenant, timeMs: now(), source, feed: '', target: '' };
    log.report({ ...of, received, stored, rejected: reasons.length, dropped, lostUpstream: 0, up: -1, durationMs: 0, samples: 0, seriesAdded: 0, newestMs, error: '' });
    for (const reason of reasons) log.reject({ ...of, reason: reason.split(':', 1)[0] ?? reason, count: 1, sample: '' });
  }

  return {
    async take(body) {
      if (sink === null) throw new ApiError('READ_ONLY', 'a replay takes nothing in');
      const items = itemsOf(body), nowMs = now(), errors: ItemError[] = [], taken = new Map<string, MeshEvent>();
      const read = items.map(readItem);
      try {
        const known = await sink.known(tenant, [...new Set(read.flatMap((item) => (typeof item === 'string' ? [] : [item.id])))]);
        for (const [index, item] of read.entries()) {
          const before = typeof item === 'string' ? undefined : known.get(item.id);
          const event = typeof item === 'string' ? item
            : before !== undefined && before.source !== 'api' ? `id: belongs to an event from ${before.source}`
              : eventOf(item, nowMs, taken.get(item.id)?.timeMs ?? before?.timeMs);
          if (typeof event === 'string') errors.push({ index, message: event });
          else taken.set(event.id, event);
        }
        await sink.write(tenant, [...taken.values()]);
      } catch (error) {
        count(items.length, 0, items.length, [], 0);
        throw error;
      }
      const stored = items.length - errors.length;
      count(items.length, stored, 0, errors.map(({ message }) => message), Math.max(0, ...[...taken.values()].map(({ timeMs }) => timeMs)));
      return { received: items.length, stored, errors };
    },

    refuse: (reason) => count(1, 0, 0, [reason], 0),
  };
}
