import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '@orrery/collectors/store/sql';
import { openTestStore, silent, type TestStore } from '../jobs/engine-fixture.ts';
import { createConfigReader } from '../readers/config-reader.ts';
import { createOpenAddressReader } from '../readers/open-address-reader.ts';
import { createConfigWriter } from '../writers/config-writer.ts';
import { createKubernetesRecords } from '../writers/kubernetes-records.ts';
import { kubernetesConfig } from './config.ts';
import { createDirectoryFeed } from './directory-feed.ts';
import type { ClusterRecords } from './record-cluster.ts';
import { startKubernetes } from './start-kubernetes.ts';
import { createConfigUploads } from './upload.ts';

const rule = (name: string, host: string): string => `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: ${name}, namespace: shop }\nspec: { host: ${host} }\n`;
let test: TestStore, dir: string, records: ClusterRecords, clock = Date.UTC(2026, 0, 1);
const now = (): number => clock;

beforeAll(async () => {
  test = await openTestStore();
  dir = mkdtempSync(join(tmpdir(), 'orrery-manifests-'));
  records = createKubernetesRecords('t', test.store, { reader: createConfigReader(test.store), writer: createConfigWriter(test.store) }, createOpenAddressReader(test.store));
}, 60_000);
afterAll(async () => {
  await test.close();
  rmSync(dir, { recursive: true, force: true });
});

const known = async (cluster: string): Promise<string[]> => (await createConfigReader(test.store).objectsAt('t', cluster, clock)).map(({ name, spec }) => `${name} ${(spec as { host: string }).host}`).sort();

const told = async (cluster: string): Promise<string[]> => {
  const rows = await test.store.query<{ told: string }>(sql`SELECT concat(kind, ': ', title, ', ', body) AS told FROM events FINAL WHERE cluster = ${cluster} ORDER BY time`, { name: 'told' });
  return rows.map((row) => row.told);
};

describe('a directory', () => {
  it('stands for a cluster: what changes in it is a version, what leaves it has gone, unless it may be in what cannot be read', async () => {
    const path = join(dir, 'live'), feed = createDirectoryFeed({ cluster: 'files', path: dir, namespace: 'default' }, { records, now });
    writeFileSync(`${path}-a.yaml`, rule('a', 'first'));
    writeFileSync(`${path}-b.yaml`, rule('b', 'stays'));
    expect((await feed.run()).written).toBe(2);
    clock += 60_000;
    expect((await feed.run()).written).toBe(0);
    writeFileSync(`${path}-a.yaml`, rule('a', 'changed'));
    expect((await feed.run()).written).toBe(1);
    expect(await known('files')).toEqual(['a changed', 'b stays']);
    expect(await told('files')).toEqual(['config: DestinationRule a changed, spec/host: first → changed']);
    clock += 60_000;
    writeFileSync(`${path}-b.yaml`, 'kind: [');
    expect((await feed.run()).written).toBe(0);
    expect(feed.problem()).toMatch(/live-b\.yaml:1:\d+: /);
    unlinkSync(`${path}-b.yaml`);
    expect((await feed.run()).written).toBe(1);
    expect([await known('files'), feed.problem(), feed.objects()]).toEqual([['a changed'], '', 1]);
    expect(await told('files')).toEqual(['config: DestinationRule a changed, spec/host: first → changed', 'config: DestinationRule b deleted, ']);
  });

  it('is taken up by another process without a version too many', async () => {
    expect((await createDirectoryFeed({ cluster: 'files', path: dir, namespace: 'default' }, { records, now }).run()).written).toBe(0);
    expect(await told('files')).toHaveLength(2);
  });
});

it('an upload tells of each document that it does not take, and takes the others', async () => {
  const uploads = createConfigUploads(1_000_000, new Set(['live']), records, now);
  const send = (text: string, isWhole: boolean): ReturnType<typeof uploads.upload> => uploads.upload({ cluster: 'sent', namespace: 'default', isWhole, text });
  expect(await send(`${rule('a', 'x')}---\n${rule('b', 'y')}`, true)).toEqual({ objects: 2, kept: 2, versions: 2, problems: [] });
  clock += 1_000;
  expect(await send(`${rule('a', 'x')}---\nkind: Gateway\n`, true)).toMatchObject({ objects: 1, versions: 0, problems: [{ line: 6 }] });
  expect(await known('sent')).toEqual(['a x', 'b y']);
  expect(await send(rule('a', 'z'), true)).toMatchObject({ versions: 2 });
  expect(await known('sent')).toEqual(['a z']);
  expect([uploads.isWatched('live'), uploads.isWatched('sent')]).toEqual([true, false]);
});

it('uploads are taken one after the other, some wait, and a thousand mistakes are enough', async () => {
  const uploads = createConfigUploads(1_000_000, new Set(), records, () => (clock += 1_000));
  const sending = Array.from({ length: 8 }, (_, i) => uploads.upload({ cluster: 'many', namespace: 'default', isWhole: false, text: rule('same', `host-${i}`) }));
  expect(uploads.isFull()).toBe(true);
  expect((await Promise.all(sending)).map(({ versions }) => versions)).toEqual(Array(8).fill(1));
  expect(uploads.isFull()).toBe(false);
  expect(await known('many')).toEqual(['same host-7']);
  const { problems } = await uploads.upload({ cluster: 'many', namespace: 'default', isWhole: false, text: '---\nkind: Gateway\n'.repeat(1_200) });
  expect([problems.length, problems.at(-1)?.message]).toEqual([1_001, 'and 200 more from here on']);
});

it('a cluster that cannot be reached is told, and stops nothing', async () => {
  const config = kubernetesConfig.parse({ clusters: [{ name: 'lost', kubeconfig: join(dir, 'nowhere') }], directories: [{ cluster: 'started', path: dir }] });
  const running = startKubernetes(config, { tenant: 't', store: test.store, records, log: { report: () => undefined }, logger: silent, now: Date.now, random: () => 0, holder: 'test' });
  try {
    clock = Date.now() + 60_000;
    while ((await known('started')).length === 0 || running.statuses()[0]?.problem === '') await sleep(20);
    expect(running.statuses()).toMatchObject([{ cluster: 'lost', resources: [] }]);
    expect(running.statuses()[0]?.problem).toContain('nowhere');
  } finally {
    await running.stop();
  }
});
