import type { DownstreamCause, ExplainedFact, Explanation, Onset } from '../../graphql/explain.ts';
import { age, clock, percent } from '../../lib/format.ts';

/** When failures began, as exactly as it is known. */
export function onsetText({ time, precision, ratioBefore, ratioAfter, beyond }: Onset): string {
  if (beyond) return `before ${clock(time)}, as far back as there is data`;
  return `${clock(time)} (± ${age(precision)}): ${percent(ratioBefore)} → ${percent(ratioAfter)}`;
}

/** Where an event lies from the onset: `40 s before`. Within the bucket of the onset, `precision` seconds, nobody knows which came first. */
export function offsetText(seconds: number, precision: number): string {
  if (Math.abs(seconds) < 1 || (seconds > 0 && seconds <= precision)) return 'at the same time';
  return `${age(Math.abs(seconds))} ${seconds < 0 ? 'before' : 'after'}`;
}

/** Whose change it was, where that says how likely it is the cause: it is theirs, or configuration that names them. */
export function relationText(relation: string, kind: string): string {
  const ends: Readonly<Record<string, string>> = { destination: 'the callee', source: 'the caller', downstream: 'a service further down' };
  const wide: Readonly<Record<string, string>> = { namespace: ', for the whole namespace', mesh: ', for the whole mesh' };
  const end = ends[relation];
  return end ? `, ${kind === 'config' ? 'names' : 'of'} ${end}` : (wide[relation] ?? '');
}

/** Changes that concern what is explained, and those that only happened in the namespaces of its ends. */
export function apart<T extends { readonly relation: string }>(changes: readonly T[]): { readonly related: readonly T[]; readonly elsewhere: readonly T[] } {
  return { related: changes.filter(({ relation }) => relation !== 'elsewhere'), elsewhere: changes.filter(({ relation }) => relation === 'elsewhere') };
}

/** What is said of a cause further down, behind its name. */
export function causeText({ source, destination, text }: Pick<DownstreamCause, 'source' | 'destination' | 'text'>): string {
  const name = `${source.label} → ${destination.label} `;
  return text.startsWith(name) ? text.slice(name.length) : text;
}

/** The facts that the panel does not already show as since, usual, what changed then or further down. */
export function factsBeside({ facts, onset, usual, changes, downstream }: Pick<Explanation, 'facts' | 'onset' | 'usual' | 'changes' | 'downstream'>): readonly ExplainedFact[] {
  const shown: Readonly<Record<string, boolean>> = { onset: onset !== null, usual: usual !== null, change: changes.length > 0, downstream: downstream.length > 0 };
  return facts.filter(({ kind }) => shown[kind] !== true);
}

/** Keeps numbers and their unit on one line. */
export function wholeNumbers(text: string): string {
  return text.replace(/(\d) %/g, '$1\u202f%');
}
