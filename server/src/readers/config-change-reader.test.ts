import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../jobs/engine-fixture.ts';
import { object } from '../kubernetes/testing/objects.ts';
import type { KubeObject } from '../kubernetes/kube-object.ts';
import { ConfigVersions } from '../kubernetes/versions/config-versions.ts';
import { createConfigWriter } from '../writers/config-writer.ts';
import { createConfigChangeReader } from './config-change-reader.ts';

const t0 = 1_800_000_000_000;
let test: TestStore;
beforeAll(async () => { test = await openTestStore(); }, 60_000);
afterAll(() => test.close());

const rule = (host: string, name: string): KubeObject => ({ ...object('DestinationRule', `shop/${name}`, { spec: { host } }), apiVersion: 'networking.istio.io/v1' });
const deployment = (image: string): KubeObject => ({ ...object('Deployment', 'shop/web', { spec: { template: { spec: { containers: [{ image }] } } } }), apiVersion: 'apps/v1' });

it('tells what changed in a stretch of time, and when last; of workloads nothing', async () => {
  const versions = new ConfigVersions('c', []);
  const written = [
    versions.put(rule('a', 'old'), t0 + 1_000), versions.put(rule('a', 'busy'), t0 + 2_000), versions.put(deployment('1'), t0 + 3_000),
    versions.put(rule('b', 'busy'), t0 + 60_000), versions.put(rule('c', 'busy'), t0 + 70_000), versions.put(rule('a', 'new'), t0 + 80_000), versions.put(deployment('2'), t0 + 80_000),
    versions.put(rule('a', 'gone'), t0 + 81_000), versions.remove(rule('a', 'gone'), t0 + 82_000), versions.put(rule('d', 'busy'), t0 + 200_000),
  ].filter((one) => one !== undefined);
  await createConfigWriter(test.store).versions('t', written, 'w');
  const changed = await createConfigChangeReader(test.store).changedWithin('t', 'c', t0 + 50_000, t0 + 100_000);
  expect(changed.map(({ group, kind, name, changedMs }) => `${group} ${kind} ${name} ${changedMs - t0}`).sort())
    .toEqual(['networking.istio.io DestinationRule busy 70000', 'networking.istio.io DestinationRule gone 81000', 'networking.istio.io DestinationRule new 80000']);
  expect(await createConfigChangeReader(test.store).changedWithin('t', 'other', 0, t0 + 100_000)).toEqual([]);
});
