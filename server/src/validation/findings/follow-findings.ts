import type { Finding } from '../model/finding.ts';
import { findingId } from './finding-id.ts';
import type { FindingSpell } from './spell.ts';

/**
 * The spells to write so that those of one cluster that stand are the findings of now: one begins for each new finding,
 * and ends for each that is gone; one whose words or severity changed goes on with the new ones. Of findings with one id the
 * first counts. Pure.
 * @param open spells that stand, by finding
 * @param atMs Unix ms of the change; a spell never ends before it began
 */
export function followFindings(open: ReadonlyMap<string, FindingSpell>, findings: Iterable<Finding>, atMs: number): FindingSpell[] {
  const now = new Map<string, Finding>();
  for (const finding of findings) {
    const id = findingId(finding);
    if (!now.has(id)) now.set(id, finding);
  }
  const changed: FindingSpell[] = [];
  for (const [id, spell] of open) if (!now.has(id)) changed.push({ ...spell, wentMs: Math.max(atMs, spell.cameMs + 1) });
  for (const [id, { code, severity, object, path, message }] of now) {
    const spell = open.get(id);
    if (spell === undefined) changed.push({ finding: id, cameMs: atMs, wentMs: null, code, severity, object, path, message });
    else if (spell.severity !== severity || spell.message !== message) changed.push({ ...spell, severity, message });
  }
  return changed;
}
