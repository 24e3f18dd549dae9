import { isEventKind, type EventKind, type MeshEvent } from '../../events/event.ts';
import type { EventReader } from '../../events/event-reader.ts';
import { ApiError } from '../errors.ts';
import { graphRequest, type GraphInput } from '../graph/graph-request.ts';
import { inRange } from '../in-range.ts';

/** `Event` of the schema; times in Unix seconds. */
export interface EventObject extends Omit<MeshEvent, 'timeMs' | 'endMs'> {
  readonly time: number;
  readonly end: number;
}

/** `EventPage` of the schema. */
export interface EventPage {
  readonly window: { readonly from: number; readonly to: number; readonly step: number; readonly coveredSeconds: number; readonly settled: boolean };
  readonly events: readonly EventObject[];
  readonly total: number;
  readonly truncated: boolean;
  readonly partial: readonly string[];
}

/** Arguments of `Query.events`, but for `limit`. */
export interface EventsInput extends Pick<GraphInput, 'window' | 'namespaces'> {
  readonly kinds?: readonly string[] | null;
}

/** What happened, as resolvers ask for it. */
export interface Events {
  /** @throws ApiError */
  events(input: EventsInput, limit: number): Promise<EventPage>;
}

const defaultSeconds = 3_600;
const mostEvents = 2_000;
/** Times are kept to the millisecond, windows in seconds. */
const second = 1_000;

/** @param now Unix ms */
export function createEvents(tenant: string, reader: EventReader, now: () => number): Events {
  return {
    async events({ window, namespaces, kinds }, limit) {
      inRange('limit', limit, 1, mostEvents);
      const nowSeconds = now() / second, to = window?.to ?? nowSeconds;
      const request = graphRequest({ window: { from: window?.from ?? to - defaultSeconds, to: window?.to ?? null }, namespaces: namespaces ?? null }, tenant, nowSeconds);
      const { from, step } = request.window;
      const { events, total } = await reader.events({ scope: request.scope, fromMs: from * second, toMs: request.window.to * second, kinds: kindsOf(kinds), limit });
      return {
        window: { from, to: request.window.to, step, coveredSeconds: Math.max(0, Math.min(request.window.to, nowSeconds) - from), settled: nowSeconds >= request.window.to },
        events: events.map(({ timeMs, endMs, ...event }) => ({ ...event, time: timeMs / second, end: endMs / second })),
        total, truncated: total > events.length, partial: request.notes,
      };
    },
  };
}

function kindsOf(kinds: readonly string[] | null | undefined): readonly EventKind[] | null {
  if (!kinds || kinds.length === 0) return null;
  return kinds.map((kind) => {
    if (!isEventKind(kind)) throw new ApiError('BAD_INPUT', 'kinds: no such kind of event');
    return kind;
  });
}
