import { ApiError } from '../errors.ts';
import { inRange } from '../in-range.ts';

/** `WindowInput` of the schema. */
export interface WindowInput { readonly from?: number | null; readonly to?: number | null }

/** `AroundInput` of the schema. */
export interface AroundInput { readonly time?: number | null; readonly eventId?: string | null; readonly length: number; readonly margin: number }

/** What two windows are asked for by: `before` and `after`, or a time to look around. */
export interface WindowsInput { readonly before?: WindowInput | null | undefined; readonly after?: WindowInput | null | undefined; readonly around?: AroundInput | null | undefined }

/** Windows of two lengths may be compared: rates are; `notes` say what was made of what was asked. */
export interface TwoWindows { readonly before: WindowInput; readonly after: WindowInput; readonly notes: readonly string[] }

/** Unix seconds of an event; null if there is none with this id. */
export type EventTime = (id: string, aroundSeconds: number | null) => Promise<number | null>;

const shortest = 60, longest = 604_800, widestMargin = 86_400;

/**
 * The two windows of a comparison. A window after an event that is not over yet is cut to now, and the one before it is
 * left whole: rates are compared, not counts.
 * @param now Unix seconds
 * @throws ApiError BAD_INPUT, BAD_WINDOW
 */
export async function comparedWindows(input: WindowsInput, eventTime: EventTime, now: number): Promise<TwoWindows> {
  const { before, after, around } = input;
  if (around && (before || after)) throw new ApiError('BAD_INPUT', 'give before and after, or around, not both');
  if (around) return await windowsAround(around, eventTime, now);
  if (!before || !after) throw new ApiError('BAD_INPUT', 'give before and after (two windows), or around (a time or an event)');
  return { before, after, notes: [] };
}

async function windowsAround(around: AroundInput, eventTime: EventTime, now: number): Promise<TwoWindows> {
  const length = inRange('around.length', around.length, shortest, longest);
  const margin = inRange('around.margin', around.margin, 0, widestMargin);
  const time = await centre(around, eventTime);
  const [from, to] = [time + margin, Math.min(time + margin + length, now)];
  if (to - from < shortest) throw new ApiError('BAD_WINDOW', `nothing to compare yet: ${shortest} s must have passed since the time and the margin`);
  return {
    before: { from: time - margin - length, to: time - margin }, after: { from, to },
    notes: to - from < length ? [`the window after the time is ${Math.floor(to - from)} s long so far, of ${length} s`] : [],
  };
}

async function centre({ time, eventId }: AroundInput, eventTime: EventTime): Promise<number> {
  if (eventId !== undefined && eventId !== null) {
    const found = await eventTime(eventId, time ?? null);
    if (found === null) throw new ApiError('BAD_INPUT', 'there is no event with this id; `events` lists them');
    return found;
  }
  if (time === undefined || time === null) throw new ApiError('BAD_INPUT', 'around needs time or eventId');
  if (!Number.isFinite(time) || time < 0 || time >= 1e11) throw new ApiError('BAD_WINDOW', 'around.time is a Unix time in seconds');
  return time;
}
