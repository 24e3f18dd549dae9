import { byteRate, count, duration, notMeasured, percent, rate } from '../../lib/format.ts';
import type { Change, EdgeDelta, TestedChange } from './decode-delta.ts';

const names: Readonly<Record<string, string>> = {
  requests: 'requests', errorRatio: 'errors', clientErrors: 'errors at caller', p50: 'p50', p99: 'p99', bytes: 'bytes', connections: 'connections', mtlsShare: 'mTLS',
};
/** Shares differ by points, everything else by a part of itself. */
const shares: ReadonlySet<string> = new Set(['errorRatio', 'mtlsShare']);
const space = '\u202f';

export const signalName = (signal: string): string => names[signal] ?? signal;

/** A value of a signal in its unit. */
export function signalValue(signal: string, value: number | null): string {
  switch (signal) {
    case 'errorRatio': case 'mtlsShare': return percent(value);
    case 'p50': case 'p99': return duration(value);
    case 'bytes': return byteRate(value);
    case 'requests': return rate(value);
    case 'clientErrors': return value === null ? notMeasured : `${count(value)}/s`;
    default: return count(value);
  }
}

/** How much a signal changed: `+12.1 pp` of a share, `×9.6` where it more than doubled, else `+41 %` or, below one, `−0.3 %`; `+9.6 rps` where it came from nothing. */
export function changeText({ signal, before, after }: Change): string {
  if (before === null || after === null) return notMeasured;
  const sign = after > before ? '+' : '−';
  if (shares.has(signal)) return Math.abs(after - before) < 0.0005 ? '0' : `${sign}${(Math.abs(after - before) * 100).toFixed(1)}${space}pp`;
  if (after === before) return '0';
  if (before === 0) return `+${signalValue(signal, after)}`;
  if (after >= 2 * before) return `×${count(after / before)}`;
  const part = (Math.abs(after - before) / before) * 100;
  return `${sign}${part < 0.95 ? Math.max(0.1, part).toFixed(1) : Math.round(part)}${space}%`;
}

/** How large a change is, in points of a share, else in per cent of what it was; Infinity where it came from nothing. */
export function sizeOfChange({ signal, before, after }: Change): number | null {
  if (before === null || after === null) return null;
  if (shares.has(signal)) return Math.abs(after - before) * 100;
  return after === before ? 0 : (Math.abs(after - before) / Math.abs(before)) * 100;
}

/** `errors 0 % → 12.4 %`. */
export function fromTo({ signal, before, after }: Change): string {
  return `${signalName(signal)} ${signalValue(signal, before)} → ${signalValue(signal, after)}`;
}

/** The same for a card, which has room for some fifteen letters: `0.2 → 9.1 %`, `0.2 → 12 %`, `p99 ×9.6`. */
export function cardText(change: Change): string {
  const { signal, before, after } = change;
  if (!shares.has(signal)) return `${signal === 'requests' ? 'rps' : signalName(signal)} ${changeText(change)}`;
  const short = (share: number | null): string => percent(share !== null && share >= 0.095 ? Math.round(share * 100) / 100 : share).replace('.0', '');
  const numbers = `${short(before).replace(`${space}%`, '')} → ${short(after)}`;
  return signal === 'mtlsShare' ? `mTLS ${numbers}` : numbers;
}

/** The signal that made the verdict on an edge; of several the first, as the server orders them. */
export function gravest({ signals, verdict }: Pick<EdgeDelta, 'signals' | 'verdict'>): TestedChange | null {
  return signals.find((one) => one.verdict === verdict) ?? signals[0] ?? null;
}
