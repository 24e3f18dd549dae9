import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { externalHost, unknownEntity, workload } from '@orrery/collectors/model/entity';
import type { Flow } from '@orrery/collectors/model/flow';
import { SpanKind } from '@orrery/collectors/model/span';
import { openTestStore, span, untilIdle, type TestStore } from './engine-fixture.ts';
import { at, day, nobody, testMesh, to, web, when } from './mesh-fixture.ts';
import { createIdentitiesJob } from './tell-identities.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

/** A flow that names a pod with its address. */
const names = (name: string, sourceIp: string, ms: number, more: Partial<Flow> = {}): Partial<Flow> =>
  ({ source: workload('a', 'shop', name), sourceIp, sourcePod: `${name}-0`, role: 'other', destination: externalHost('elsewhere'), ...when(ms), ...more });
const without = (edges: readonly string[]): string[] => edges.filter((edge) => !edge.includes('elsewhere'));

it('a reused address that only Hubble knows goes to who was seen with it then', async () => {
  const { flows, job, edges } = testMesh(opened.store, 'hubble');
  await flows(names('orders', '10.0.0.7', at - 3_000), names('orders', '10.0.0.7', at), names('ratings', '10.0.0.7', at + 2_000));
  await flows(to('10.0.0.7', when(at - 4_000)), to('10.0.0.7', when(at - 2_000)), to('10.0.0.7', when(at + 3_000)));
  // A packet that has the address of a node and only the labels of its workload says nothing of the address.
  await flows(names('proxied', '10.0.0.8', at, { sourcePod: '' }), to('10.0.0.8'));
  await createIdentitiesJob(opened.store).run();
  await untilIdle(job);
  expect(without(await edges())).toEqual(['a/web → /world ×2', 'a/web → a/orders ×1', 'a/web → a/ratings ×1']);
});

it('Kubernetes is believed before what was seen, in its time', async () => {
  const { own, flows, job, edges } = testMesh(opened.store, 'both');
  await own('a', 'orders', '10.0.0.7', { toMs: at });
  await flows(names('ratings', '10.0.0.7', at - 4_000), names('ratings', '10.0.0.7', at + 2_000), to('10.0.0.7', when(at - 1_000)), to('10.0.0.7', when(at + 3_000)));
  await createIdentitiesJob(opened.store).run();
  await untilIdle(job);
  expect(without(await edges())).toEqual(['a/web → a/orders ×1', 'a/web → a/ratings ×1']);
});

it('an address with which several are seen at once is nobody\'s', async () => {
  const { flows, job, edges } = testMesh(opened.store, 'translated');
  await flows(...['orders', 'ratings', 'orders', 'ratings'].map((name, i) => names(name, '172.16.0.1', at - 4_000 + i * 1_000)), to('172.16.0.1'));
  await createIdentitiesJob(opened.store).run();
  await untilIdle(job);
  expect(without(await edges())).toEqual(['a/web → /world ×1']);
});

it('spans name the pod that sent them; flows that are older than the identity are mended', async () => {
  const { flows, job, edges, writer } = testMesh(opened.store, 'spans');
  await flows(to('10.0.0.9', when(at + 2_000)), { source: nobody, sourceIp: '10.0.0.9', destination: web, side: 'destination', ...when(at + 2_000) });
  await untilIdle(job);
  expect(await edges()).toEqual(['/world → a/web ×1', 'a/web → /world ×1']);
  const resourceAttributes = new Map([['k8s.pod.ip', '10.0.0.9'], ['k8s.pod.name', 'orders-0'], ['cloud.availability_zone', 'eu-1a']]);
  await writer.spans([span({ tenant: 'spans', trace: 1, id: 1, app: workload('a', 'shop', 'orders'), kind: SpanKind.internal, at: at + 1_000, resourceAttributes })], 'spans');
  await createIdentitiesJob(opened.store).run();
  await vi.waitFor(async () => {
    await untilIdle(job);
    expect(await edges()).toEqual(['a/orders → a/web ×1', 'a/web → a/orders ×1']);
  }, { timeout: 150_000, interval: 500 });
});

it('an owner that nobody can name is no owner', async () => {
  const { own, flows, job, edges } = testMesh(opened.store, 'nameless');
  await own('a', '', '10.0.0.7', { entity: { ...unknownEntity, cluster: 'a' }, fromMs: at - day });
  await flows(to('10.0.0.7'));
  await untilIdle(job);
  expect(await edges()).toEqual(['a/web → /world ×1']);
});
