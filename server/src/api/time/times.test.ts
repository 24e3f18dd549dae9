import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Measured, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { workload, type Entity } from '@orrery/collectors/model/entity';
import { envoyLayout } from '@orrery/collectors/model/latency-layout';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { deltaColumns } from '../../inference/diff/delta-columns.ts';
import type { PastEvent } from '../../inference/explain/past-events.ts';
import { openTestStore, type TestStore } from '../../jobs/engine-fixture.ts';
import { createActivityReader } from '../../readers/activity-reader.ts';
import { createMeshReader } from '../../readers/mesh-reader.ts';
import { createTrafficReader } from '../../readers/traffic-reader.ts';
import { createGraphApi } from '../graph/graph-api.ts';
import type { Graphs } from '../graph/graphs.ts';
import { createTimes, type Times } from './times.ts';

const hour = Math.floor(Date.now() / 3_600_000) * 3600 - 7200;
/** The shop's payments begin to fail here, 15 s after a deploy. */
const outage = hour + 1800;
const end = outage + 900;
let now = end + 60;

const cluster = (name: string): Entity => workload('c', 'shop', name, name, 'v1');
const [web, orders, payments, cart, search, oldSearch] = ['web', 'orders', 'payments', 'cart', 'search', 'search-old'].map(cluster) as [Entity, Entity, Entity, Entity, Entity, Entity];
const deploy: PastEvent = { id: 'deploy-7', timeMs: (outage - 15) * 1000, kind: 'deploy', title: 'payments 1.7', entity: { cluster: 'c', namespace: 'shop', kind: 'workload', name: 'payments' }, before: '1.6', after: '1.7', body: '' };

let opened: TestStore, graphs: Graphs, times: Times;

/** Both sides of a call in one bucket; failures are answered by the destination. */
function told(bucket: number, source: Entity, destination: Entity, ok: number, failed: number, slow = false): EdgeTraffic[] {
  const edge: Edge = { source, destination, service: `${destination.name}.shop.svc.cluster.local`, serviceGuessed: false, port: 80 };
  const responses = new Map([['http 200 -', ok], ...(failed > 0 ? [['http 503 -', failed] as const] : [])]);
  return (['source', 'destination'] as const).map((side) => edgeTraffic({
    tenant: 'times', bucket, edge, instrument: 'proxy', side, feed: 'scrape:a', responses, requests: ok + failed, errors: failed,
    measured: Measured.requests | Measured.errors | Measured.latency | Measured.bytes, layout: envoyLayout, latency: new Map([[slow ? 6 : 3, ok + failed]]), bytesSent: 10, bytesReceived: 100,
  }));
}

beforeAll(async () => {
  opened = await openTestStore();
  const rows: EdgeTraffic[] = [];
  for (let bucket = hour; bucket < end; bucket += 10) {
    const out = bucket >= outage, n = 40 + ((bucket / 10) % 5);
    rows.push(
      ...told(bucket, web, orders, out ? n - 12 : n, out ? 12 : 0),
      ...told(bucket, orders, payments, out ? n - 12 : n, out ? 12 : 0),
      ...told(bucket, web, cart, n, 0, out),
      ...told(bucket, web, out ? search : oldSearch, n, 0),
    );
  }
  await createBlockWriter(opened.store).edgeTraffic(rows, 'times', 0);
  const clock = (): number => now * 1000;
  const reader = createTrafficReader(opened.store, clock);
  ({ graphs } = createGraphApi({ tenant: 'times', reader, operations: { changeToken: () => Promise.resolve('') } as never, inventory: null, onTick: () => undefined, now: clock }));
  times = createTimes({
    tenant: 'times', graphs, reader, mesh: createMeshReader(opened.store, clock), activity: createActivityReader(opened.store, clock), now: clock,
    events: {
      near: (_scope, _atMs, fromMs, toMs) => Promise.resolve([deploy].filter((event) => event.timeMs >= fromMs && event.timeMs < toMs)),
      byId: (_scope, id) => Promise.resolve(id === deploy.id ? deploy : null),
      objects: () => Promise.resolve(new Map()),
    },
  });
}, 60_000);
afterAll(() => opened.close());

const whole = { from: hour, to: end };
const labelled = async (): Promise<(source: string, destination: string) => string> => {
  const graph = await (await graphs.snapshot({ window: { from: outage - 300, to: end } })).graph;
  const ids = new Map(graph.nodes.map((node) => [node.label, node.id]));
  return (source, destination) => graph.edges.find((edge) => edge.source === ids.get(source) && edge.destination === ids.get(destination))!.id;
};

describe('the time bar', () => {
  it('covers a window in at most 240 steps and adds up to the graph', async () => {
    const graph = await (await graphs.snapshot({ window: whole })).graph;
    const bar = await times.traffic({ window: whole });
    expect(bar.time.length).toBeLessThanOrEqual(240);
    const counted = bar.requestsPerSecond.reduce<number>((sum, rate) => sum + (rate ?? 0) * bar.stepSeconds, 0);
    expect(counted).toBeCloseTo(graph.edges.reduce((sum, edge) => sum + (edge.signals.requestsPerSecond ?? 0), 0) * graph.coveredSeconds, 3);
    const before = bar.time.findIndex((time) => time >= outage) - 1;
    expect([bar.errorsPerSecond[before], (bar.errorsPerSecond[before + 2] ?? 0) > 2]).toEqual([0, true]);
    expect((await bar.p99Ms()).every((ms) => ms !== null)).toBe(true);
    expect(bar.window).toMatchObject({ from: bar.time[0], step: 60 });
  });
  it('refuses what is longer than a month, inverted, or in the future', async () => {
    for (const window of [{ from: now - 40 * 86_400, to: now }, { from: now, to: now - 10 }, { from: now + 3600, to: now + 7200 }]) {
      await expect(times.traffic({ window })).rejects.toMatchObject({ code: 'BAD_WINDOW' });
    }
  });
});

describe('before and after', () => {
  it('an event: what got worse, what came and went, the most traffic at stake first', async () => {
    const id = await labelled();
    const delta = await times.compare({ around: { eventId: 'deploy-7', length: 600, margin: 30 } }, {});
    expect(delta.before).toMatchObject({ step: 10, settled: true });
    const seen = new Map(delta.edges.map((edge) => [edge.id, edge]));
    expect(seen.get(id('web', 'orders'))).toMatchObject({ presence: 'both', verdict: 'worse', healthBefore: 'Healthy', healthAfter: 'Failure', signals: [{ signal: 'errorRatio', before: 0, verdict: 'worse' }] });
    expect(seen.get(id('orders', 'payments'))?.verdict).toBe('worse');
    expect(seen.get(id('web', 'cart'))?.signals.map((one) => [one.signal, one.verdict])).toEqual([['p50', 'worse'], ['p99', 'worse']]);
    expect(seen.get(id('web', 'search'))).toMatchObject({ presence: 'added', verdict: 'changed' });
    expect([...seen.values()].filter((edge) => edge.presence === 'gone')).toHaveLength(1);
    expect([delta.unchangedEdges, delta.undecidedEdges, delta.partial]).toEqual([[], [], []]);
    const stakes = delta.edges.map((edge) => edge.atStake);
    expect(stakes).toEqual([...stakes].sort((a, b) => b - a));
  });
  it('the same by windows, as columns too; nothing where nothing changed', async () => {
    const delta = await times.compare({ before: { from: outage - 900, to: outage }, after: { from: outage, to: end } }, {});
    const columns = deltaColumns(delta);
    expect(columns.edges.id).toEqual(delta.edges.map((edge) => edge.id));
    expect(columns.changes.edge.map((i) => columns.edges.id[i])).toEqual(delta.edges.flatMap((edge) => edge.signals.map(() => edge.id)));
    expect(columns.edges.source.map((i) => columns.nodes.id[i])).toEqual(delta.edges.map((edge) => edge.source));
    expect(columns.nodeChanges.node.map((i) => columns.nodes.id[i])).toEqual(delta.nodes.flatMap((node) => node.signals.map(() => node.id)));
    const calm = await times.compare({ before: { from: hour, to: hour + 900 }, after: { from: hour + 900, to: outage } }, {});
    expect([calm.edges, calm.unchangedEdges.length]).toEqual([[], 4]);
  });
  it('of the graph that was asked for, without what cannot be compared', async () => {
    const windows = { before: { from: outage - 900, to: outage }, after: { from: outage, to: end } };
    const plain = await times.compare(windows, {});
    expect((await times.compare(windows, { http: 'none' })).edges).toEqual([]);
    expect((await times.compare(windows, { injectServices: true })).edges.length).toBeGreaterThan(plain.edges.length);
    expect((await times.compare(windows, { operations: true, idle: true, node: '0123456789abcdef', depth: 2 })).edges).toEqual(plain.edges);
  });
  it('is the same answer tomorrow, byte for byte, once it is settled', async () => {
    const windows = { before: { from: outage - 600, to: outage }, after: { from: outage, to: outage + 600 } };
    const [today, bar] = [JSON.stringify(await times.compare(windows, {})), await times.traffic({ window: { from: outage - 600, to: outage + 600 } })];
    const graph = await (await graphs.snapshot({ window: windows.after })).graph;
    now += 4 * 3600;
    const later = await graphs.snapshot({ window: windows.after });
    expect(JSON.stringify(await later.graph)).toBe(JSON.stringify({ ...graph, settled: true }));
    expect(JSON.stringify(await times.compare(windows, {}))).toBe(today.replaceAll('"settled":false', '"settled":true'));
    expect((await times.traffic({ window: { from: outage - 600, to: outage + 600 } })).requestsPerSecond).toEqual(bar.requestsPerSecond);
    now -= 4 * 3600;
  });
  it.each([
    [{}, 'BAD_INPUT'],
    [{ before: whole }, 'BAD_INPUT'],
    [{ before: whole, after: whole, around: { time: outage, length: 600, margin: 0 } }, 'BAD_INPUT'],
    [{ around: { eventId: 'nobody', length: 600, margin: 0 } }, 'BAD_INPUT'],
    [{ around: { length: 600, margin: 0 } }, 'BAD_INPUT'],
    [{ around: { time: outage, length: 5, margin: 0 } }, 'BAD_INPUT'],
    [{ around: { time: Number.NaN, length: 600, margin: 0 } }, 'BAD_WINDOW'],
    [{ around: { time: end + 30, length: 600, margin: 0 } }, 'BAD_WINDOW'],
    [{ before: { from: end, to: hour }, after: whole }, 'BAD_WINDOW'],
  ])('refuses %j', async (windows, code) => {
    await expect(times.compare(windows, {})).rejects.toMatchObject({ code });
  });
});

describe('why', () => {
  const input = { window: { from: outage - 300, to: end } };
  it('an edge: since when, what changed then, and where the fault is', async () => {
    const id = await labelled();
    const why = await times.why({ edge: id('web', 'orders'), node: null }, input);
    expect(why).toMatchObject({ health: 'Failure', onset: { time: outage, beyond: false }, usual: { median: 0 } });
    expect(why!.downstream).toMatchObject([{ edge: id('orders', 'payments'), path: [id('orders', 'payments')], share: 1, onset: { time: outage } }]);
    expect(why!.changes).toMatchObject([{ eventId: 'deploy-7', offset: -15, relation: 'downstream' }]);
    expect(why!.summary).toMatch(/^2\d % of the requests fail, mostly HTTP 503 \(unavailable\), since .* UTC\. 15 s before that: deploy of payments\. orders → payments fails too since /);
  });
  it('a node by those who call it; a window that is failing throughout is looked at from further back', async () => {
    const id = await labelled();
    const graph = await (await graphs.snapshot(input)).graph;
    const payments = graph.nodes.find((node) => node.label === 'payments')!;
    const late = await times.why({ edge: null, node: payments.id }, { window: { from: outage + 300, to: end } });
    expect(late).toMatchObject({ node: payments.id, edge: null, onset: { beyond: false, precision: 60, time: outage } });
    expect((await times.why({ edge: id('web', 'cart'), node: null }, input))!.summary).toBe('none of the requests of this window failed');
  });
  it('knows what is not there, and asks for one of both', async () => {
    const none = 'f'.repeat(16);
    expect(await times.why({ edge: none, node: null }, input)).toBeNull();
    expect(await times.why({ edge: null, node: none }, input)).toBeNull();
    for (const asked of [{ edge: none, node: none }, { edge: null, node: null }, { edge: 'a', node: null }, { edge: null, node: '' }]) await expect(times.why(asked, input)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
