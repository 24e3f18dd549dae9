import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { row, orders, web } from '../../inference/row-fixture.ts';
import { evidenceOf } from '../evidence/evidence-fixture.ts';
import { settingsOf } from '../findings/validated-cluster.ts';
import { objectsOf, sampleMesh } from '../testing/sample-mesh.ts';
import { buildMesh } from '../validate.ts';
import { observedChecks } from './observed-checks.ts';
import { addUpUndecided, runObserved } from './run-observed.ts';

const objects = objectsOf(sampleMesh), cluster = { cluster: '', mesh: buildMesh(objects, settingsOf(objects)) };
const evidence = evidenceOf([row({ from: web, to: orders, requests: 10 })]);

describe('checks of configuration against telemetry', () => {
  it('are registered once, each under the name of its file, in order', () => {
    const files = readdirSync(resolve(import.meta.dirname, 'checks')).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).map((file) => `observed/${file.replace('.ts', '')}`).sort();
    expect(observedChecks.map(({ code }) => code)).toEqual(files);
  });

  it('say nothing of a mesh without evidence, and count it', () => {
    const { findings, undecided, isUndecided } = runObserved({ cluster, evidence: { short: null, long: null }, changedAt: () => undefined });
    expect(findings).toEqual([]);
    expect(undecided.every(({ reason, objects: count }) => reason === 'telemetry was not read' && count > 0)).toBe(true);
    expect(isUndecided(observedChecks[0]!.code, 'anything')).toBe(true);
  });

  it('say nothing of a window that telemetry does not cover', () => {
    const { findings, undecided } = runObserved({ cluster, evidence: { short: { ...evidence, covers: false }, long: { ...evidence, covers: false } }, changedAt: () => undefined });
    expect([findings, new Set(undecided.map(({ reason }) => reason))]).toEqual([[], new Set(['telemetry covers too little of the window', 'no gauge tells of its certificates'])]);
  });

  it('say the same thing of one path once, and add up what they leave', () => {
    const [object] = objects, shown = { sample: 1, of: 'requests', pValue: null, edgeIds: [], measures: [] } as const;
    const twice = { ...observedChecks[0]!, run: (_: unknown, answers: { found: (...args: [typeof object & object, string, string, typeof shown]) => void; undecided: (one: null, reason: string) => void }) => {
      for (const path of ['spec', 'spec', '']) answers.found(object!, path, 'm', shown);
      answers.undecided(null, 'r');
      answers.undecided(null, 'r');
    } };
    const answer = runObserved({ cluster, evidence: { short: evidence, long: evidence }, changedAt: () => undefined }, [twice]);
    expect(answer.findings.map(({ path }) => path)).toEqual(['spec', '']);
    expect(addUpUndecided([answer, answer])).toEqual([{ code: twice.code, reason: 'r', objects: 4 }]);
  });
});
