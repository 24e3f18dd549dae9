import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { findingId } from './finding-id.ts';
import { followFindings } from './follow-findings.ts';
import type { FindingSpell } from './spell.ts';

const finding = (name: string, message = 'm'): Finding => ({ code: 'a/b', kiali: undefined, severity: 'error', object: { cluster: 'c', group: 'g', kind: 'K', namespace: 'n', name }, path: 'spec', message, origin: undefined });
const apply = (open: Map<string, FindingSpell>, changed: readonly FindingSpell[]): void => {
  for (const spell of changed) {
    if (spell.wentMs === null) open.set(spell.finding, spell);
    else open.delete(spell.finding);
  }
};

it('what stands after each change is what was found, and what stands twice began once', () => {
  fc.assert(fc.property(fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 12 }), (steps) => {
    const open = new Map<string, FindingSpell>();
    steps.forEach((names, step) => {
      const before = new Map(open), changed = followFindings(open, names.map((name) => finding(name, `m${step}`)), 1_000 * (step + 1));
      apply(open, changed);
      expect([...open.keys()].sort()).toEqual(names.map((name) => findingId(finding(name))).sort());
      for (const [id, spell] of before) if (open.has(id)) expect(open.get(id)).toMatchObject({ cameMs: spell.cameMs, message: `m${step}` });
      for (const { cameMs, wentMs } of changed) expect(wentMs === null || wentMs > cameMs).toBe(true);
      expect(followFindings(open, names.map((name) => finding(name, `m${step}`)), 1_000 * (step + 2))).toEqual([]);
    });
  }));
});

it('ids tell apart by cluster, object, code and path, not by words', () => {
  const one = finding('a');
  const others: Finding[] = [{ ...one, code: 'a/c' }, { ...one, path: 'spec/x' }, ...(['cluster', 'group', 'kind', 'namespace', 'name'] as const).map((field) => ({ ...one, object: { ...one.object, [field]: 'other' } }))];
  expect(new Set([one, ...others].map(findingId)).size).toBe(8);
  expect(findingId(finding('a', 'other words'))).toBe(findingId(one));
});
