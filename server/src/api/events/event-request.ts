import { z } from 'zod';
import { EntityKind } from '@orrery/collectors/model/entity';
import { EventKind, type MeshEvent } from '../../events/event.ts';
import { ApiError } from '../errors.ts';

/** Most bytes of a request, and most events in it. */
export const mostBytes = 1_048_576;
/** Of one request. */
export const mostEvents = 1_000;

const name = z.string().max(253).default('');
const isWebAddress = (url: string): boolean => url === '' || (/^https?:\/\//i.test(url) && URL.canParse(url));

/** One event as it is sent; `time` and `end` in Unix seconds. */
const sentEvent = z.strictObject({
  id: z.string().min(1).max(200),
  kind: z.enum(Object.values(EventKind)).default('custom'),
  time: z.number().positive().optional(),
  end: z.number().positive().optional(),
  title: z.string().min(1).max(300),
  body: z.string().max(10_000).default(''),
  cluster: name,
  namespace: name,
  entityKind: z.enum(Object.values(EntityKind)).optional(),
  entityName: name,
  before: z.string().max(300).default(''),
  after: z.string().max(300).default(''),
  url: z.string().max(2_000).refine(isWebAddress, 'an http or https address is expected').default(''),
});
/** An event as it is sent, before it has an id. */
export type SentEvent = z.infer<typeof sentEvent>;

/** One item that was not taken, by its place in the request. */
export interface ItemError { readonly index: number; readonly message: string }

/** Furthest that an event may lie ahead (clocks differ) and back (the store keeps no older ones). */
const aheadMs = 3_600_000, backMs = 400 * 86_400_000;

/** The items of a body: one object or an array. @throws ApiError BAD_INPUT where it is neither */
export function itemsOf(body: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new ApiError('BAD_INPUT', 'the body is not JSON');
  }
  const items = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
  if (items.length === 0) throw new ApiError('BAD_INPUT', 'the body holds no event');
  if (items.length > mostEvents) throw new ApiError('BAD_INPUT', `at most ${mostEvents} events in one request`);
  return items;
}

/** @param known Unix ms at which an event of this id was told before */
export function eventOf(sent: SentEvent, nowMs: number, known?: number): MeshEvent | string {
  const { time, end, entityKind, ...rest } = sent;
  const timeMs = time === undefined ? (known ?? nowMs) : Math.round(time * 1000), endMs = end === undefined ? timeMs : Math.round(end * 1000);
  if (timeMs > nowMs + aheadMs) return 'time: more than an hour ahead; Unix seconds are expected';
  if (timeMs < nowMs - backMs) return 'time: events are kept for 400 days';
  if (endMs < timeMs) return 'end: before time';
  if (endMs > timeMs + 86_400_000) return 'end: more than a day after time';
  if (known !== undefined && known !== timeMs) return `id: told before with the time ${known / 1000}; an event does not move`;
  return { ...rest, timeMs, endMs, entityKind: entityKind ?? (sent.entityName === '' ? '' : 'workload'), source: 'api' };
}

/** An item as an event, or why it is none. */
export function readItem(item: unknown): SentEvent | string {
  const read = sentEvent.safeParse(item);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return issue === undefined ? 'not an event' : `${issue.path.join('.') || 'event'}: ${issue.message}`.slice(0, 300);
}
