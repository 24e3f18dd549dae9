import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { externalHost, unknownEntity, workload, type Entity } from '@orrery/collectors/model/entity';
import type { Flow } from '@orrery/collectors/model/flow';
import { SpanKind, type Span } from '@orrery/collectors/model/span';
import { bucketOf } from '@orrery/collectors/model/time-window';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import type { AddressInterval } from '../kubernetes/addresses/owned-addresses.ts';
import { createConfigReader } from '../readers/config-reader.ts';
import { createOpenAddressReader } from '../readers/open-address-reader.ts';
import { createTrafficReader } from '../readers/traffic-reader.ts';
import { createConfigWriter } from '../writers/config-writer.ts';
import { createKubernetesRecords } from '../writers/kubernetes-records.ts';
import { createFlowsJob } from './derive-from-flows.ts';
import { createSpansJob } from './derive-from-spans.ts';
import { openTestStore, span, type TestStore } from './engine-fixture.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

/** In the middle of a bucket. */
const at = bucketOf(Date.now() / 1000 - 120) * 1000 + 5_000;
const day = 86_400_000;
const web = workload('a', 'shop', 'web');
const nobody: Entity = { ...unknownEntity, kind: 'world', name: 'world' };
let id = 0;

function mesh(tenant: string) {
  const writer = createBlockWriter(opened.store), reader = createConfigReader(opened.store);
  const records = createKubernetesRecords(tenant, opened.store, { reader, writer: createConfigWriter(opened.store) }, createOpenAddressReader(opened.store));
  const job = createFlowsJob(opened.store, writer, Date.now);
  return {
    job, writer,
    own: (cluster: string, name: string, address: string, more: Partial<AddressInterval> = {}): Promise<void> => records.writeAddresses(cluster, [{
      network: cluster, address, port: 0, entity: workload(cluster, 'shop', name), services: [], pod: `${name}-0`, node: '', zone: '', fromMs: at - day, toMs: null, ...more,
    }]),
    flows: (...flows: readonly Partial<Flow>[]): Promise<void> => writer.flows(flows.map((more): Flow => ({
      tenant, id: `f${++id}`, timeNs: BigInt(at) * 1_000_000n, node: 'n', nodeZone: '', sourcePod: '', destinationPod: '', feed: 'hubble', role: 'open', verdict: 1, dropReason: '', side: 'source', source: web, destination: nobody,
      sourceIp: '10.0.0.1', destinationIp: '', destinationPort: 8080, destinationService: '', protocol: 'tcp', httpStatus: 0, httpMethod: '', latencyNs: -1n, dnsRcode: -1, encrypted: -1, raw: '', ...more,
    })), `${tenant}:${id}`),
    /** `source → destination ×connections`, in order. */
    async edges(count: 'connectionsOpened' | 'requests' = 'connectionsOpened'): Promise<string[]> {
      const from = bucketOf(at / 1000) - 10;
      const rows = await createTrafficReader(opened.store).edgeWindows({ tenant, namespaces: null }, { from, to: from + 40, step: 10 });
      return rows.map(({ edge, [count]: counted }) => `${edge!.source.cluster}/${edge!.source.name} → ${edge!.destination.cluster}/${edge!.destination.name} ${edge!.service} ×${counted}`.replace('  ', ' ')).sort();
    },
  };
}

const to = (destinationIp: string, more: Partial<Flow> = {}): Partial<Flow> => ({ destinationIp, ...more });
const when = (ms: number): Pick<Flow, 'timeNs'> => ({ timeNs: BigInt(ms) * 1_000_000n });

describe('flows without names', () => {
  it('go to who had the address then, be it in one bucket', async () => {
    const { own, flows, job, edges } = mesh('reused');
    await own('a', 'orders', '10.0.0.7', { toMs: at });
    await own('a', 'ratings', '10.0.0.7', { fromMs: at + 1_000 });
    await flows(to('10.0.0.7', when(at - 1)), to('10.0.0.7', when(at - 4_000)), to('10.0.0.7', when(at)), to('10.0.0.7', when(at + 999)), to('10.0.0.7', when(at + 1_000)));
    await flows({ source: nobody, sourceIp: '10.0.0.7', destination: web, side: 'destination', ...when(at - 1) });
    await job.run();
    expect(await edges()).toEqual(['a/orders → a/web ×1', 'a/web → /world ×2', 'a/web → a/orders ×2', 'a/web → a/ratings ×1']);
  });

  it('stay what they are where nobody had the address then', async () => {
    const { own, flows, job, edges } = mesh('later');
    await own('a', 'orders', '10.0.0.7', { fromMs: at + 5_000 });
    await flows(to('10.0.0.7'), to('203.0.113.9', { destination: externalHost('api.example') }));
    await job.run();
    expect(await edges()).toEqual(['a/web → /api.example ×1', 'a/web → /world ×1']);
  });

  it('are told by the port of a load balancer in front of several services, and not guessed beyond it', async () => {
    const { own, flows, job, edges } = mesh('balancer');
    for (const [name, port] of [['orders', 80], ['ratings', 81]] as const) {
      await own('a', name, '192.0.2.1', { port, entity: { ...workload('a', 'shop', name), kind: 'service' }, services: [`${name}.shop.svc.cluster.local`] });
    }
    await own('a', 'shared', '192.0.2.2', { entity: { ...workload('a', 'shop', 'shared'), kind: 'service' }, services: ['a.shop.svc.cluster.local', 'b.shop.svc.cluster.local'] });
    await flows(to('192.0.2.1', { destinationPort: 80 }), to('192.0.2.1', { destinationPort: 81 }), to('192.0.2.1', { destinationPort: 443 }), to('192.0.2.2'));
    await job.run();
    expect(await edges()).toEqual(['a/web → /world ×1', 'a/web → /world ×1', 'a/web → a/orders orders.shop.svc.cluster.local ×1', 'a/web → a/ratings ratings.shop.svc.cluster.local ×1']);
  });

  it('stay in their cluster where pod networks overlap', async () => {
    const { own, flows, job, edges } = mesh('overlap');
    await own('a', 'orders', '10.0.0.7');
    await own('b', 'ratings', '10.0.0.7');
    const from = (cluster: string): Partial<Flow> => to('10.0.0.7', { source: workload(cluster, 'shop', 'web') });
    await flows(from('a'), from('b'), from('c'), from(''));
    await job.run();
    expect(await edges()).toEqual(['/web → /world ×1', 'a/web → a/orders ×1', 'b/web → b/ratings ×1', 'c/web → /world ×1']);
  });

  it('name pods of the node\'s own network by port, and no caller by the address of a node', async () => {
    const { own, flows, job, edges } = mesh('host');
    await own('a', 'exporter', '172.16.0.1', { port: 9100 });
    await flows(to('172.16.0.1', { destinationPort: 9100, destination: externalHost('host') }), to('172.16.0.1', { destinationPort: 22, destination: externalHost('host') }));
    await flows({ source: externalHost('host'), sourceIp: '172.16.0.1', destination: web, destinationIp: '10.0.0.1', destinationPort: 9100, side: 'destination' });
    await job.run();
    expect(await edges()).toEqual(['/host → a/web ×1', 'a/web → /host ×1', 'a/web → a/exporter ×1']);
  });

  it('are computed again when it is known late who had their address', { timeout: 30_000 }, async () => {
    const { own, flows, job, edges } = mesh('late');
    await flows(to('10.0.0.7'));
    await job.run();
    expect(await edges()).toEqual(['a/web → /world ×1']);
    await own('a', 'orders', '10.0.0.7');
    // Nothing is new among the flows; every few seconds the job looks what is new of their addresses.
    await vi.waitFor(async () => {
      await job.run();
      expect(await edges()).toEqual(['a/web → a/orders ×1']);
    }, { timeout: 20_000, interval: 500 });
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
    await createSpansJob(opened.store, writer, Date.now).run();
    expect(await edges('requests')).toEqual(['a/web → /10.0.0.7 ×1', 'a/web → /10.0.0.8 ×1', 'a/web → a/orders ×1', 'a/web → a/ratings ×1']);
  });
});
