import { expect, it } from 'vitest';
import type { FindingSpell } from '../validation/findings/spell.ts';
import { objectsOf } from '../validation/testing/sample-mesh.ts';
import type { Finding } from '../validation/model/finding.ts';
import { createFollowObserved } from './follow-observed.ts';

const t0 = 1_800_000_000_000;
const objects = objectsOf('apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: default, namespace: shop }\nspec: { mtls: { mode: STRICT } }\n');
const finding: Finding = { code: 'observed/strict-but-plaintext', kiali: undefined, severity: 'error', object: { cluster: 'c', group: 'security.istio.io', kind: 'PeerAuthentication', namespace: 'shop', name: 'default' }, path: 'spec/mtls/mode', message: 'm', origin: undefined };
const ofConfiguration: FindingSpell = { finding: 'f', cameMs: 1, wentMs: null, code: 'service/port-name', severity: 'warning', object: { ...finding.object, kind: 'Service', group: '' }, path: '', message: 'm' };

it('looks as often as is set, writes what came and went, goes on after a failed write, and leaves other findings alone', async () => {
  const written: FindingSpell[][] = [];
  let now = t0, told = true, looks = 0, fails = false, stored: FindingSpell[] = [ofConfiguration];
  const job = createFollowObserved({
    tenant: 't', settings: { everySeconds: 60, windows: 2 }, now: () => now,
    config: { marks: () => Promise.resolve([{ cluster: 'c', seenMs: 1, writtenMs: 1 }]), objectsAt: () => Promise.resolve(objects) },
    history: { standing: () => Promise.resolve(stored) },
    observer: { observe: (clusters) => {
      looks++;
      return Promise.resolve(clusters.map(() => ({ findings: told ? [finding] : [], undecided: [], isUndecided: () => false })));
    } },
    writer: { spells: (_tenant, spells) => {
      if (fails) return Promise.reject(new Error('no store'));
      written.push([...spells]);
      if (spells.length > 0) stored = [ofConfiguration, ...spells.filter(({ wentMs }) => wentMs === null)];
      return Promise.resolve();
    } },
  });
  const look = async (): Promise<unknown> => {
    now += 60_000;
    return job.run();
  };
  await job.run();
  await job.run();
  expect([looks, written.flat()]).toEqual([1, []]);
  await look();
  expect(written.flat()).toMatchObject([{ code: finding.code, cameMs: t0, wentMs: null }]);
  expect(job.counts().find(({ severity }) => severity === 'error')).toEqual({ cluster: 'c', severity: 'error', count: 1 });
  told = false;
  await look();
  fails = true;
  await expect(look()).rejects.toThrow('no store');
  fails = false;
  // What was counted is forgotten with it: two looks more, from what is stored.
  await look();
  await look();
  expect(written.flat().at(-1)).toMatchObject({ cameMs: t0, wentMs: t0 + 240_000 });
});
