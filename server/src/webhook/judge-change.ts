import { compareFindings } from '../validation/findings/compare-findings.ts';
import type { Finding, Severity } from '../validation/model/finding.ts';
import { printable } from '../validation/render/printable.ts';
import { nameOf } from '../validation/render/text.ts';
import type { Validator } from '../validation/validator.ts';
import type { Review, Verdict } from './admission-review.ts';

/** Warnings of one answer, and characters of one: API servers cut longer ones. */
const mostWarnings = 10, mostCharacters = 250;
const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** What a change of configuration would cause, as a verdict: findings of the severities in `deny` refuse it, others but notes are warnings. */
export function judgeChange(validator: Validator, change: NonNullable<Review['change']>, deny: readonly Severity[]): Verdict {
  const { appeared, gone } = 'applied' in change ? validator.consider([change.applied]) : validator.consider([], [change.removed]);
  const caused = compareFindings(gone, appeared).caused.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const refusing = caused.filter(({ severity }) => deny.includes(severity)), told = caused.filter(({ severity }) => severity !== 'info' && !deny.includes(severity));
  const warnings = told.slice(0, mostWarnings).map(sentence);
  if (told.length > mostWarnings) warnings.push(`orrery: and ${told.length - mostWarnings} more`);
  return refusing.length === 0 ? { allowed: true, warnings } : { allowed: false, warnings, message: refusing.slice(0, mostWarnings).map(sentence).join('; ') };
}

function sentence(finding: Finding): string {
  const text = `orrery ${finding.severity}: ${nameOf(finding)}: ${printable(finding.message)} [${finding.code}]`;
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1).toWellFormed()}…` : text;
}
