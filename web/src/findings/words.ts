import type { ConfigObjectRef, FindingMeasure, FindingRow, FindingSeverity, FindingSpell, TrafficAtStake } from '../graphql/findings.ts';
import { age, clock, count, day, duration, percent, plural, rate } from '../lib/format.ts';
import type { HealthState } from '../topology/graph/topology.ts';

export const severityWords: Readonly<Record<FindingSeverity, string>> = { error: 'Error', warning: 'Warning', info: 'Info' };

/** The state whose hue and glyph a severity wears. */
export const severityStates: Readonly<Record<FindingSeverity, HealthState>> = { error: 'failing', warning: 'degraded', info: 'idle' };

/** `VirtualService shop/search`. */
export function objectName({ kind, namespace, name }: ConfigObjectRef): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** `.yaml` keys the way people read them: `spec.http[0].route[1]` for `spec/http[0]/route[1]`. */
export function pathText(path: string): string {
  return path.replaceAll('/', '.');
}

/** What the traffic at stake means, in a few words: the gravest that is known. */
export function consequence({ atStake, rank, totalEdges }: Pick<FindingRow, 'atStake' | 'rank' | 'totalEdges'>): string {
  if (rank === 'breaking' && atStake.errorsPerSecond > 0) return `${rate(atStake.errorsPerSecond)} failing`;
  if (atStake.flaggedPerSecond > 0) return `${rate(atStake.flaggedPerSecond)} failed by proxies`;
  return totalEdges === 0 ? 'no edge carries it' : plural(totalEdges, 'edge');
}

/** All that is at stake, one part each. */
export function stakeParts({ requestsPerSecond, errorsPerSecond, flaggedPerSecond, dependents, entryPoints }: TrafficAtStake): readonly { readonly name: string; readonly value: string; readonly bad: boolean }[] {
  return [
    { name: 'travels there', value: rate(requestsPerSecond), bad: false },
    { name: 'fails', value: rate(errorsPerSecond), bad: errorsPerSecond > 0 },
    { name: 'failed by proxies', value: rate(flaggedPerSecond), bad: flaggedPerSecond > 0 },
    { name: 'depend on it', value: dependents === null ? 'not counted' : `${plural(dependents, 'service')}${entryPoints ? `, ${plural(entryPoints, 'entry point')}` : ''}`, bad: false },
  ];
}

/** `14:02:48`, with its date where that is not today. Unix seconds. */
export function moment(seconds: number, now: number): string {
  const date = day(seconds, now);
  return date === 'today' ? clock(seconds) : `${date} ${clock(seconds, false)}`;
}

/** How long a finding stood, or stands by `now`. */
export function spellText({ cameAt, wentAt }: Pick<FindingSpell, 'cameAt' | 'wentAt'>, now: number): string {
  return wentAt === null ? `stands for ${age(now - cameAt)}` : `stood for ${age(wentAt - cameAt)}`;
}

/** A number in its unit; what is not known is written as it is. */
export function measureText(value: number, unit: FindingMeasure['unit']): string {
  switch (unit) {
    case 'share': return percent(value);
    case 'factor': return `×\u202f${count(value)}`;
    case 'requestsPerSecond': return rate(value);
    case 'milliseconds': return duration(value);
    case 'seconds': return age(value);
    case 'days': return plural(Math.round(value), 'day');
    default: return `${count(value)} ${unit}`;
  }
}

/** The confidence interval of a measure; '' where it has none. */
export function intervalText({ low, high, unit }: FindingMeasure): string {
  return low === null || high === null ? '' : `${measureText(low, unit)} – ${measureText(high, unit)}`;
}

/** A probability as a bound, so that none reads as impossible. */
export function chanceText(p: number): string {
  return p < 1e-6 ? '< 0.000001' : p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

/** Annotations by which an object answers for a finding itself. `until` as an RFC 3339 date. */
export function suppressionAnnotations(code: string, until: string): string {
  return ['metadata:', '  annotations:', `    orrery.dev/ignore: ${code}`, '    orrery.dev/ignore-owner: team-name', '    orrery.dev/ignore-reason: why it may stand', `    orrery.dev/ignore-until: "${until}"`].join('\n');
}

/** Text in parts, those between backticks as code; one that is never closed stays text. */
export function inlineCode(text: string): readonly { readonly text: string; readonly code: boolean }[] {
  return text.split(/(`[^`]*`)/).filter((part) => part !== '').map((part) => (/^`.*`$/s.test(part) ? { text: part.slice(1, -1), code: true } : { text: part, code: false }));
}
