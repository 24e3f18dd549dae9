/** Numbers and times as the console writes them. null = not measured, written `–`. */

export const notMeasured = '–';

const thin = '\u202f';

/** Three significant digits: `0.4`, `51.1`, `412`, `1.2k`, `118k`. */
export function count(value: number | null): string {
  if (value === null) return notMeasured;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 999_500) return `${digits(value / 1e6)}M`;
  if (size >= 999.5) return `${digits(value / 1000)}k`;
  if (size < 0.01) return '< 0.01';
  return digits(value);
}

function digits(value: number): string {
  const size = Math.abs(value);
  const text = size >= 99.95 ? value.toFixed(0) : size >= 9.995 ? value.toFixed(1) : value.toFixed(2);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A share 0 … 1 as per cent with one decimal: `12.4 %`. */
export function percent(share: number | null): string {
  if (share === null) return notMeasured;
  if (share > 0 && share < 0.0005) return `< 0.1${thin}%`;
  const value = share * 100;
  return `${value === 0 || value === 100 ? value : value > 99.9 ? '99.9' : value.toFixed(1)}${thin}%`;
}

/** Milliseconds: `3.1 ms`, `310 ms`, `1.2 s`. */
export function duration(ms: number | null): string {
  if (ms === null) return notMeasured;
  if (ms >= 60_000) return `${digits(ms / 60_000)}${thin}min`;
  if (ms >= 1000) return `${digits(ms / 1000)}${thin}s`;
  if (ms > 0 && ms < 0.1) return `< 0.1${thin}ms`;
  return `${digits(ms)}${thin}ms`;
}

/** Bytes a second in powers of 1,000. */
export function byteRate(value: number | null): string {
  if (value === null) return notMeasured;
  if (value >= 1e9) return `${digits(value / 1e9)}${thin}GB/s`;
  if (value >= 1e6) return `${digits(value / 1e6)}${thin}MB/s`;
  if (value >= 1e3) return `${digits(value / 1e3)}${thin}kB/s`;
  return `${digits(value)}${thin}B/s`;
}

export function rate(value: number | null): string {
  return value === null ? notMeasured : `${count(value)}${thin}rps`;
}

/** A span of seconds in words: `4 s`, `22 min`, `3 h`, `2 d`. */
export function age(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return `${s}${thin}s`;
  if (s < 5400) return `${Math.round(s / 60)}${thin}min`;
  if (s < 129_600) return `${Math.round(s / 3600)}${thin}h`;
  return `${Math.round(s / 86_400)}${thin}d`;
}

/** A length that was chosen, in the largest unit that it is whole in: `1 min`, `90 s`, `1 h`. */
export function spanText(seconds: number): string {
  const [size, unit] = ([[3600, 'h'], [60, 'min']] as const).find(([one]) => seconds >= one && seconds % one === 0) ?? [1, 's'];
  return `${seconds / size}${thin}${unit}`;
}

/** Local wall clock of a Unix time in seconds: `14:25:06`. */
export function clock(seconds: number, withSeconds = true): string {
  const date = new Date(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}${withSeconds ? `:${two(date.getSeconds())}` : ''}`;
}

/** `today`, or the date where it is another day. */
export function day(seconds: number, now: number): string {
  const date = new Date(seconds * 1000);
  return date.toDateString() === new Date(now * 1000).toDateString() ? 'today' : date.toLocaleDateString('en-CA');
}

/** `1 edge`, `56 edges`. */
export function plural(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** Cuts in the middle, where names of one mesh differ least. */
export function middleCut(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}

/** Controls, zero-width spaces, and marks that turn the direction of text: joiners that scripts and emoji need are none. */
const deceptive = /[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2028\u2029\u2060-\u2069\uFEFF]/gu;

/** A name that came from outside as it can be shown: what would hide it or turn its letters around stands as `\uFFFD`. */
export function legible(text: string): string {
  return text.replace(deceptive, '\uFFFD');
}

/** … of something that must have a name. */
export function legibleName(text: string): string {
  const shown = legible(text);
  return shown.trim() === '' ? '(no name)' : shown;
}
