import type { ObservedCheck } from './observed-check.ts';
import { strictButPlaintext } from './checks/strict-but-plaintext.ts';

/** Every check of configuration against telemetry, by code. */
export const observedChecks: readonly ObservedCheck[] = [
  strictButPlaintext,
];
