import type { Check } from '../checks/check.ts';
import type { FindingAtStake } from '../findings/at-stake.ts';
import type { Suppression } from '../findings/suppression.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { ParseProblem } from '../parse/parse-manifests.ts';
import { locatePath } from '../parse/locate.ts';

/** A finding with the file and place that it is about; empty file for objects that came from no file. */
export interface PlacedFinding extends Omit<Finding, 'origin'> {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where it was asked of a running Orrery. */
  readonly atStake?: FindingAtStake;
  /** What telemetry showed, as a sentence, of what a change would do to it. */
  readonly evidence?: string;
}

/** A finding that somebody answers for: it is counted, and fails nothing. */
export interface SuppressedFinding extends PlacedFinding {
  readonly suppression: Suppression;
}

/** What stands beside the findings that are told, where manifests were laid over a cluster. */
export interface BesidesFindings {
  readonly cluster: string;
  /** Findings that stand with and without the manifests. */
  readonly standing: number;
  /** Findings that the manifests end. */
  readonly mended: number;
  /** Resources of the cluster that could not be read. */
  readonly refused: readonly { readonly resource: string; readonly message: string }[];
}

/** What a format says of a rule. */
export type DescribedCheck = Pick<Check, 'code' | 'severity' | 'title' | 'meaning' | 'remedy'> & { readonly kiali?: string | undefined };

/** All that a validation has to say, ready to be printed in any format. */
export interface ValidationReport {
  readonly findings: readonly PlacedFinding[];
  /** None where nobody asked for them. */
  readonly suppressed?: readonly SuppressedFinding[];
  readonly problems: readonly ParseProblem[];
  readonly files: number;
  readonly objects: number;
  readonly checks: readonly DescribedCheck[];
  readonly besides?: BesidesFindings;
}

/** Finds the places of findings, and orders them by file and line. @param elsewhere stands for the file of objects that came from none */
export function placeFindings(findings: readonly Finding[], elsewhere: (finding: Finding) => string = () => ''): PlacedFinding[] {
  return findings
    .map((finding): PlacedFinding => {
      const { origin, ...rest } = finding;
      return { ...rest, file: origin?.file ?? elsewhere(finding), ...(origin === undefined ? start : locatePath(origin, finding.path)) };
    })
    .sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.code, b.code));
}

const start = { line: 1, column: 1 };

/** How many of each; 0 where there is none. */
export function countBySeverity(findings: readonly Pick<Finding, 'severity'>[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
