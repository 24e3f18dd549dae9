import type { SignalChange } from '../../graphql/compare.ts';
import { byteRate, count, duration, percent, rate } from '../../lib/format.ts';

const names: Readonly<Record<string, string>> = {
  requests: 'requests', errorRatio: 'errors', clientErrors: 'client errors', p50: 'p50', p99: 'p99', bytes: 'bytes', connections: 'connections', mtlsShare: 'mTLS',
};

export const signalName = (signal: string): string => names[signal] ?? signal;

/** A value of a signal in its unit. */
export function signalValue(signal: string, value: number | null): string {
  switch (signal) {
    case 'errorRatio': case 'mtlsShare': return percent(value);
    case 'p50': case 'p99': return duration(value);
    case 'bytes': return byteRate(value);
    case 'requests': return rate(value);
    default: return count(value);
  }
}

/** `errors 0 % → 12.4 %`. */
export function changeText({ signal, before, after }: SignalChange): string {
  return `${signalName(signal)} ${signalValue(signal, before)} → ${signalValue(signal, after)}`;
}
