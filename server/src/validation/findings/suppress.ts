import type { ConfigObject, ObjectRef } from '../model/config-object.ts';
import type { Finding } from '../model/finding.ts';
import type { DescribedCheck } from '../render/report.ts';
import { annotatedSuppression, ignoreAnnotations, namesCode, parseTime, ruleFits, type Suppression, type SuppressionRule } from './suppression.ts';

/** A finding with the suppression that holds for it. */
export interface AnsweredFinding {
  readonly finding: Finding;
  readonly suppressed: Suppression | null;
}

/** What is told of suppressions themselves; they are no checks of objects, so no part of the catalogue. */
export const suppressionChecks = {
  expired: {
    code: 'suppression/expired', severity: 'warning', title: 'Suppression that has run out',
    meaning: 'Its time is over, and what it suppressed is still wrong: it is told again.',
    remedy: 'Mend what was suppressed, or let its owner give it a new time and reason.',
  },
  incomplete: {
    code: 'suppression/incomplete', severity: 'warning', title: 'Suppression that does not count',
    meaning: 'A suppression needs codes, an owner, a reason and a time until when; without one of them nothing is suppressed.',
    remedy: `Set ${Object.values(ignoreAnnotations).join(', ')}.`,
  },
} as const satisfies Readonly<Record<string, DescribedCheck>>;

/**
 * Marks the findings that somebody answers for, by annotation of their object, else by file; the annotation goes first.
 * A suppression whose time is over suppresses nothing and is told itself, as long as what it suppressed stands.
 * @param objectOf the object of a finding, where it is still there
 * @param atMs Unix ms
 */
export function suppress(findings: readonly Finding[], objects: Iterable<ConfigObject>, objectOf: (ref: ObjectRef) => ConfigObject | undefined, rules: readonly SuppressionRule[], atMs: number): AnsweredFinding[] {
  const told: Finding[] = [];
  const expired = new Set<string>();
  const tell = (check: DescribedCheck, object: ObjectRef, path: string, message: string, origin: Finding['origin']): void => {
    const { cluster, group, kind, namespace, name } = object;
    const key = JSON.stringify([check.code, cluster, group, kind, namespace, name, path, message]);
    if (expired.has(key)) return;
    expired.add(key);
    told.push({ code: check.code, kiali: undefined, severity: check.severity, object: { cluster, group, kind, namespace, name }, path, message, origin });
  };

  for (const object of objects) {
    const asked = annotatedSuppression(object);
    if (asked !== null && 'problem' in asked) tell(suppressionChecks.incomplete, object, `metadata/annotations/${asked.annotation}`, asked.problem, object.origin);
  }
  const judged = findings.map((finding): AnsweredFinding => {
    const object = objectOf(finding.object);
    const asked = object && annotatedSuppression(object);
    if (asked && 'suppression' in asked && asked.codes.some((code) => namesCode(code, finding))) {
      if (asked.suppression.untilMs > atMs) return { finding, suppressed: asked.suppression };
      tell(suppressionChecks.expired, finding.object, `metadata/annotations/${ignoreAnnotations.until}`, expiredText(finding.code, asked.suppression), finding.origin);
    }
    for (const rule of rules) {
      if (!ruleFits(rule, finding)) continue;
      const { owner, reason } = rule, suppression: Suppression = { owner, reason, untilMs: parseTime(rule.until) ?? 0, by: 'file' };
      if (suppression.untilMs > atMs) return { finding, suppressed: suppression };
      tell(suppressionChecks.expired, finding.object, '', expiredText(finding.code, suppression), finding.origin);
    }
    return { finding, suppressed: null };
  });
  return [...judged, ...told.map((finding) => ({ finding, suppressed: null }))];
}

function expiredText(code: string, { owner, untilMs, by }: Suppression): string {
  return `${by === 'file' ? 'the suppression in the configuration file' : 'the suppression'} of ${code} by ${owner} ended on ${new Date(untilMs).toISOString().slice(0, 10)}`;
}
