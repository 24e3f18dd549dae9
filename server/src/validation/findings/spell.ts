import type { Severity } from '../model/finding.ts';
import type { ObjectRef } from '../model/config-object.ts';

/** A stretch of time in which a finding stood. */
export interface FindingSpell {
  readonly finding: string;
  /** Unix ms. */
  readonly cameMs: number;
  /** Unix ms; null while it stands. */
  readonly wentMs: number | null;
  readonly code: string;
  readonly severity: Severity;
  readonly object: ObjectRef;
  readonly path: string;
  readonly message: string;
}
