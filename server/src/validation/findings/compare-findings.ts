import type { Finding } from '../model/finding.ts';
import { findingId } from './finding-id.ts';

/** What a change of configuration does to the findings of a mesh. */
export interface FindingChanges {
  /** Findings that are new, or say something else than before: more severe, in other words. */
  readonly caused: readonly Finding[];
  /** How many stand as before. */
  readonly standing: number;
  /** How many are gone. */
  readonly mended: number;
}

/** Compares the findings of a mesh with those of before, by what they are about. Pure. */
export function compareFindings(before: Iterable<Finding>, after: Iterable<Finding>): FindingChanges {
  const known = new Map<string, string>(), caused: Finding[] = [];
  for (const finding of before) known.set(findingId(finding), said(finding));
  let standing = 0;
  const left = new Set(known.keys());
  for (const finding of after) {
    const id = findingId(finding);
    left.delete(id);
    if (known.get(id) === said(finding)) standing++;
    else caused.push(finding);
  }
  return { caused, standing, mended: left.size };
}

function said({ severity, message }: Finding): string {
  return `${severity} ${message}`;
}
