import { duration, number } from '../../inference/explain/words.ts';
import type { Measure, Observation } from '../model/observation.ts';

/** The numbers of an observation as one sentence: `of 12,400 requests in 10 min: to v2 38 % (37–39 %), configured 10 %`. */
export function evidenceText({ sample, of, from, to, measures }: Observation): string {
  const told = measures.map(measureText).join('; ');
  return `of ${number(sample)} ${Math.round(sample) === 1 ? of.replace(/s$/, '') : of} in ${duration(to - from)}${told === '' ? '' : `: ${told}`}`;
}

function measureText({ name, unit, observed, configured, interval }: Measure): string {
  const range = interval === null ? '' : ` (${figure(interval[0], unit)}–${figure(interval[1], unit)}${unitNames[unit]})`;
  const value = (one: number): string => `${figure(one, unit)}${unitNames[unit]}`;
  return `${name} ${value(observed)}${range}${configured === null ? '' : `, configured ${value(configured)}`}`;
}

const unitNames: Readonly<Record<Measure['unit'], string>> = {
  share: ' %', factor: '×', requests: ' requests', connections: ' connections', requestsPerSecond: ' requests/s', bytes: ' B', milliseconds: ' ms', seconds: ' s', days: ' days',
};

/** Counts in full, the rest to three significant digits. */
function figure(value: number, unit: Measure['unit']): string {
  const shown = unit === 'share' ? value * 100 : value;
  return Math.abs(shown) >= 100 || unit === 'requests' || unit === 'connections' || unit === 'bytes' ? number(shown) : String(Number(shown.toPrecision(3)));
}
