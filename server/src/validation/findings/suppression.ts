import type { ConfigObject } from '../model/config-object.ts';
import type { Finding } from '../model/finding.ts';

/** Somebody answers for not being told of something, until a time. */
export interface Suppression {
  readonly owner: string;
  readonly reason: string;
  /** Unix ms; from then on it is told again. */
  readonly untilMs: number;
  readonly by: 'annotation' | 'file';
}

/** A suppression of the configuration file; what is not given fits all. */
export interface SuppressionRule {
  /** Orrery's or Kiali's codes; `*` at the end stands for any rest. */
  readonly codes: readonly string[];
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly owner: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly until: string;
}

/** Annotations that suppress findings of the object that carries them; all four are needed. */
export const ignoreAnnotations = {
  codes: 'orrery.dev/ignore', reason: 'orrery.dev/ignore-reason', owner: 'orrery.dev/ignore-owner', until: 'orrery.dev/ignore-until',
} as const;

/** What an object's annotations ask for: null = nothing; `problem` where it is asked for in a form that does not count. */
export type AnnotatedSuppression =
  | { readonly codes: readonly string[]; readonly suppression: Suppression }
  | { readonly codes: readonly string[]; readonly problem: string; readonly annotation: string };

/** Reads `ignoreAnnotations` of an object. */
export function annotatedSuppression({ annotations }: Pick<ConfigObject, 'annotations'>): AnnotatedSuppression | null {
  const written = annotations.get(ignoreAnnotations.codes);
  if (written === undefined) return null;
  const codes = written.split(',').map((code) => code.trim()).filter((code) => code !== '');
  const [owner, reason, until] = [ignoreAnnotations.owner, ignoreAnnotations.reason, ignoreAnnotations.until].map((name) => annotations.get(name)?.trim() ?? '') as [string, string, string];
  if (codes.length === 0) return { codes, problem: 'names no code', annotation: ignoreAnnotations.codes };
  if (owner === '') return { codes, problem: `needs ${ignoreAnnotations.owner}`, annotation: ignoreAnnotations.codes };
  if (reason === '') return { codes, problem: `needs ${ignoreAnnotations.reason}`, annotation: ignoreAnnotations.codes };
  if (until === '') return { codes, problem: `needs ${ignoreAnnotations.until}`, annotation: ignoreAnnotations.codes };
  const untilMs = parseTime(until);
  if (untilMs === undefined) return { codes, problem: 'is no time as RFC 3339 has it, such as 2030-01-31T00:00:00Z', annotation: ignoreAnnotations.until };
  return { codes, suppression: { owner, reason, untilMs, by: 'annotation' } };
}

/** Unix ms of a date or a time with an offset (RFC 3339); undefined for all else. */
export function parseTime(written: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/.test(written)) return undefined;
  const ms = Date.parse(written.toUpperCase().replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** True where a written code stands for a finding's. */
export function namesCode(written: string, { code, kiali }: Pick<Finding, 'code' | 'kiali'>): boolean {
  return written === code || written === kiali || (written.endsWith('*') && code.startsWith(written.slice(0, -1)));
}

/** True where a configured rule stands for a finding: what the rule leaves out fits everything. */
export function ruleFits(rule: SuppressionRule, finding: Pick<Finding, 'code' | 'kiali' | 'object'>): boolean {
  const { cluster, namespace, kind, name } = finding.object;
  const fits = (wanted: string | undefined, is: string): boolean => wanted === undefined || wanted === is;
  return fits(rule.cluster, cluster) && fits(rule.namespace, namespace) && fits(rule.kind, kind) && fits(rule.name, name) && rule.codes.some((code) => namesCode(code, finding));
}
