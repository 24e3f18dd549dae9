import { clock } from './format.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Local date of a Unix time in seconds, with the year where it is another than that of `now`: `21 Nov`, `31 Dec 2025`. */
export function date(seconds: number, now: number): string {
  const [then, today] = [new Date(seconds * 1000), new Date(now * 1000)];
  const year = then.getFullYear() === today.getFullYear() ? '' : ` ${then.getFullYear()}`;
  return `${then.getDate()} ${months[then.getMonth()]}${year}`;
}

/** Seconds. */
const finestStep = 10;

const sameDay = (a: number, b: number): boolean => new Date(a * 1000).toDateString() === new Date(b * 1000).toDateString();

/** Local wall clock of a Unix time in seconds, after its date where that is not today: `14:25:06`, `21 Nov 14:25:06`. */
export function moment(seconds: number, now: number): string {
  return sameDay(seconds, now) ? clock(seconds) : `${date(seconds, now)} ${clock(seconds)}`;
}

/** Until when a window tells, Unix seconds: a live one ends with its step, which of a long window lies up to an hour ahead of `now`. */
export function toldUntil(to: number, now: number): number {
  return Math.min(to, Math.ceil(now / finestStep) * finestStep);
}

/**
 * A window of time: `13:40 – 13:58`, with seconds where it does not fall on full minutes. Yesterday's never reads as
 * today's: `21 Nov 13:40 – 13:58`, `20 Nov 13:40 – 22 Nov 06:10`.
 */
export function rangeText({ from, to }: { readonly from: number; readonly to: number }, now: number): string {
  const exact = from % 60 !== 0 || to % 60 !== 0;
  const one = sameDay(from, to);
  const begin = one && sameDay(to, now) ? '' : `${date(from, now)} `;
  return `${begin}${clock(from, exact)} – ${one ? '' : `${date(to, now)} `}${clock(to, exact)}`;
}

/** The zone that wall clocks are told in: `UTC`, `GMT+2`. */
export function zone(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(seconds * 1000).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

/** `today, UTC` of a window of today, else its zone: the window itself tells its dates. */
export function dayNote({ from, to }: { readonly from: number; readonly to: number }, now: number): string {
  return sameDay(from, now) && sameDay(to, now) ? `today, ${zone(to)}` : zone(to);
}
