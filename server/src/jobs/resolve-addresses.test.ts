import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { externalHost, workload } from '@orrery/collectors/model/entity';
import type { Flow } from '@orrery/collectors/model/flow';
import { SpanKind, type Span } from '@orrery/collectors/model/span';
import { createSpansJob } from './derive-from-spans.ts';
import { openTestStore, span, untilIdle, type TestStore } from './engine-fixture.ts';
import { at, nobody, testMesh, to, web, when, type TestMesh } from './mesh-fixture.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());
const mesh = (tenant: string): TestMesh => testMesh(opened.store, tenant);

describe('flows without names', () => {
  it('go to who had the address then, be it in one bucket', async () => {
    const { own, flows, job, edges } = mesh('reused');
    await own('a', 'orders', '10.0.0.7', { toMs: at });
    await own('a', 'ratings', '10.0.0.7', { fromMs: at + 1_000 });
    await flows(to('10.0.0.7', when(at - 1)), to('10.0.0.7', when(at - 4_000)), to('10.0.0.7', when(at)), to('10.0.0.7', when(at + 999)), to('10.0.0.7', when(at + 1_000)));
    await flows({ source: nobody, sourceIp: '10.0.0.7', destination: web, side: 'destination', ...when(at - 1) });
    await untilIdle(job);
    expect(await edges()).toEqual(['a/orders → a/web ×1', 'a/web → /world ×2', 'a/web → a/orders ×2', 'a/web → a/ratings ×1']);
  });

  it('stay what they are where nobody had the address then', async () => {
    const { own, flows, job, edges } = mesh('later');
    await own('a', 'orders', '10.0.0.7', { fromMs: at + 5_000 });
    await flows(to('10.0.0.7'), to('203.0.113.9', { destination: externalHost('api.example') }));
    await untilIdle(job);
    expect(await edges()).toEqual(['a/web → /api.example ×1', 'a/web → /world ×1']);
  });

  it('are told by the port of a load balancer in front of several services, and not guessed beyond it', async () => {
    const { own, flows, job, edges } = mesh('balancer');
    for (const [name, port] of [['orders', 80], ['ratings', 81]] as const) {
      await own('a', name, '192.0.2.1', { port, entity: { ...workload('a', 'shop', name), kind: 'service' }, services: [`${name}.shop.svc.cluster.local`] });
    }
    await own('a', 'shared', '192.0.2.2', { entity: { ...workload('a', 'shop', 'shared'), kind: 'service' }, services: ['a.shop.svc.cluster.local', 'b.shop.svc.cluster.local'] });
    await flows(to('192.0.2.1', { destinationPort: 80 }), to('192.0.2.1', { destinationPort: 81 }), to('192.0.2.1', { destinationPort: 443 }), to('192.0.2.2'));
    await untilIdle(job);
    expect(await edges()).toEqual(['a/web → /world ×1', 'a/web → /world ×1', 'a/web → a/orders orders.shop.svc.cluster.local ×1', 'a/web → a/ratings ratings.shop.svc.cluster.local ×1']);
  });

  it('stay in their cluster where pod networks overlap', async () => {
    const { own, flows, job, edges } = mesh('overlap');
    await own('a', 'orders', '10.0.0.7');
    await own('b', 'ratings', '10.0.0.7');
    const from = (cluster: string): Partial<Flow> => to('10.0.0.7', { source: workload(cluster, 'shop', 'web') });
    await flows(from('a'), from('b'), from('c'), from(''));
    await untilIdle(job);
    expect(await edges()).toEqual(['/web → /world ×1', 'a/web → a/orders ×1', 'b/web → b/ratings ×1', 'c/web → /world ×1']);
  });

  it('name pods of the node\'s own network by port, and no caller by the address of a node', async () => {
    const { own, flows, job, edges } = mesh('host');
    await own('a', 'exporter', '172.16.0.1', { port: 9100 });
    await flows(to('172.16.0.1', { destinationPort: 9100, destination: externalHost('host') }), to('172.16.0.1', { destinationPort: 22, destination: externalHost('host') }));
    await flows({ source: externalHost('host'), sourceIp: '172.16.0.1', destination: web, destinationIp: '10.0.0.1', destinationPort: 9100, side: 'destination' });
    await untilIdle(job);
    expect(await edges()).toEqual(['/host → a/web ×1', 'a/web → /host ×1', 'a/web → a/exporter ×1']);
  });

  it('are computed again when it is known late who had their address', async () => {
    const { own, flows, job, edges } = mesh('late');
    await flows(to('10.0.0.7'));
    await untilIdle(job);
    expect(await edges()).toEqual(['a/web → /world ×1']);
    await own('a', 'orders', '10.0.0.7');
    // Nothing is new among the flows; every few seconds the job looks what is new of their addresses.
    await vi.waitFor(async () => {
      await untilIdle(job);
      expect(await edges()).toEqual(['a/web → a/orders ×1']);
    }, { timeout: 150_000, interval: 500 });
  });
});

describe('spans that name an address alone', () => {
  it('called who had it then; where it changed hands within their bucket, or nobody had it, the address', async () => {
    const { own, edges, writer } = mesh('spans');
    await own('a', 'orders', '10.0.0.7', { toMs: at + 10_000 });
    await own('a', 'ratings', '10.0.0.7', { fromMs: at + 10_000 });
    await own('b', 'ratings', '10.0.0.8');
    const call = (trace: number, at: number, serverAddress: string, more: Partial<Span> = {}): Span => span({ tenant: 'spans', trace, id: 2, app: web, kind: SpanKind.client, at, serverAddress, ...more });
    await writer.spans([call(1, at, '10.0.0.7'), call(2, at + 6_000, '10.0.0.7'), call(3, at + 16_000, '', { networkPeerAddress: '10.0.0.7' }), call(4, at, '10.0.0.8')], 'spans');
    await untilIdle(createSpansJob(opened.store, writer, Date.now));
    expect(await edges('requests')).toEqual(['a/web → /10.0.0.7 ×1', 'a/web → /10.0.0.8 ×1', 'a/web → a/orders ×1', 'a/web → a/ratings ×1']);
  });
});

describe('spans that name a service', () => {
  const call = (tenant: string, trace: number, serverAddress: string, more: Partial<Span> = {}): Span => span({ tenant, trace, id: 2, app: web, kind: SpanKind.client, at, serverAddress, ...more });
  const host = 'orders.shop.svc.cluster.local', behind = { services: [host] };

  it('in any way of writing it called who stood behind it then, be it known late', async () => {
    const { own, edges, writer } = mesh('names'), job = createSpansJob(opened.store, writer, Date.now);
    const hosts = ['orders', 'orders.shop', 'orders.shop.svc', host, `orders-0.${host}`, 'orders.com'];
    await writer.spans(hosts.map((one, i) => call('names', i, one)), 'names');
    await writer.spans([call('names', 20, '', { isProxy: true, upstreamCluster: `outbound|80||${host}` })], 'names of proxies');
    await untilIdle(job);
    expect((await edges('requests')).filter((edge) => edge.includes('orders-v1'))).toEqual([]);
    await own('a', 'orders-v0', '10.0.0.6', { ...behind, toMs: at - 60_000 });
    await own('a', 'orders-v1', '10.0.0.7', behind);
    await vi.waitFor(async () => {
      await untilIdle(job);
      expect(await edges('requests')).toEqual(['a/web → /orders.com ×1', `a/web → a/orders-v1 ${host} ×1`, `a/web → a/orders-v1 ${host} ×5`]);
    }, { timeout: 150_000, interval: 500 });
  });

  it('of several workloads called the service', async () => {
    const { own, edges, writer } = mesh('several');
    await own('a', 'orders-v1', '10.0.0.7', behind);
    await own('a', 'orders-v2', '10.0.0.8', behind);
    await own('b', 'ratings', '10.0.0.9', { services: ['ratings.shop.svc.cluster.local'] });
    await writer.spans([call('several', 1, 'orders'), call('several', 2, 'ratings')], 'several');
    await untilIdle(createSpansJob(opened.store, writer, Date.now));
    expect(await edges('requests')).toEqual([`a/web → a/ ${host} ×1`, 'a/web → a/ratings ×1']);
  });
});
