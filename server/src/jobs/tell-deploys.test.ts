import { afterAll, beforeAll, expect, it } from 'vitest';
import { edgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { bucketOf } from '@orrery/collectors/model/time-window';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { createEventReader } from '../readers/event-reader.ts';
import { createEventWriter } from '../writers/event-writer.ts';
import { openTestStore, type TestStore } from './engine-fixture.ts';
import { createDeploysJob } from './tell-deploys.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

const bucket = bucketOf(Date.now() / 1000) - 60;
let block = 0;

function call(name: string, version: string, { cluster = 'c', ...more }: { readonly tenant?: string; readonly bucket?: number; readonly cluster?: string } = {}): Promise<void> {
  const edge = { source: workload('c', 'shop', 'web', 'web', 'v1'), destination: workload(cluster, 'shop', name, name, version), service: '', serviceGuessed: false, port: 0 };
  return createBlockWriter(opened.store).edgeTraffic([edgeTraffic({ tenant: 't', bucket, edge, instrument: 'proxy', side: 'source', feed: 'f', requests: 1, ...more })], `block ${++block}`);
}

it('tells a version that is new on a known entity, once, at its first traffic; a start is no storm', async () => {
  const sink = createEventWriter(opened.store), job = createDeploysJob(opened.store, sink);
  const deploys = async (): Promise<string[]> => (await createEventReader(opened.store).events({ scope: { tenant: 't', namespaces: null }, fromMs: 0, toMs: Date.now() + 1_000, kinds: null, limit: 10 }))
    .events.filter(({ source }) => source === 'telemetry').map(({ entityName, before, after, timeMs }) => `${entityName} ${before} → ${after} at ${timeMs / 1000 - bucket}`);
  await Promise.all([call('orders', 'v1'), call('orders', 'v2'), call('ratings', 'v1'), call('watched', 'v1')]);
  await job.run();
  expect(await deploys()).toEqual([]);

  await sink.write('t', [{ id: 'k', kind: 'rollout', timeMs: bucket * 1000, endMs: bucket * 1000, title: '', body: '', cluster: 'c', namespace: 'shop', entityKind: 'workload', entityName: 'watched', before: '', after: '', source: 'kubernetes', url: '' }]);
  await Promise.all([call('ratings', 'v2', { bucket: bucket + 30 }), call('new', 'v1'), call('watched', 'v2'), call('orders', 'v1'), call('orders', '')]);
  expect(await job.run()).toMatchObject({ written: 1 });
  expect(await job.run()).toMatchObject({ written: 0 });
  expect(await deploys()).toEqual(['ratings v1 → v2 at 30']);

  // The other cluster is not watched, and has the same release at the same time.
  await call('watched', 'v1', { cluster: 'other' });
  await job.run();
  await call('watched', 'v2', { cluster: 'other' });
  await job.run();
  expect(await deploys()).toEqual(['watched v1 → v2 at 0', 'ratings v1 → v2 at 30']);

  // Another process takes over, and finds nothing new.
  expect(await createDeploysJob(opened.store, sink).run()).toMatchObject({ written: 0 });
  expect(await deploys()).toHaveLength(2);
});
