import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgeTraffic, Measured, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import type { Edge } from '@orrery/collectors/model/edge';
import { workload } from '@orrery/collectors/model/entity';
import { envoyLayout } from '@orrery/collectors/model/latency-layout';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { bucketRange } from '../inference/measure-graph.ts';
import type { TrafficReader } from '../inference/ports.ts';
import { openTestStore, untilIdle, type TestStore } from '../jobs/engine-fixture.ts';
import { createRollUpJob } from '../jobs/roll-up-tiers.ts';
import { createTrafficReader } from './traffic-reader.ts';

let opened: TestStore, store: Store, writer: BlockWriter, reader: TrafficReader;
let blocks = 0;
const hour = Math.floor(Date.now() / 3_600_000) * 3600 - 3600;
const web = workload('c', 'shop', 'web'), orders = workload('c', 'pay', 'orders');
const edge: Edge = { source: web, destination: orders, service: 'orders.pay.svc.cluster.local', serviceGuessed: false, port: 8080 };
const row = (tenant: string, more: Partial<EdgeTraffic>): EdgeTraffic => edgeTraffic({
  tenant, bucket: hour, edge, instrument: 'proxy', side: 'destination', feed: 'scrape:istio', origin: 1n,
  measured: Measured.requests | Measured.latency, requests: 10, responses: new Map([['http 200 -', 10]]), layout: envoyLayout, latency: new Map([[3, 10]]), via: ['waypoint:pay/w'], ...more,
});
const write = (rows: readonly EdgeTraffic[], version = 0): Promise<void> => writer.edgeTraffic(rows, `block ${++blocks}`, version);
const all = (tenant: string) => ({ tenant, namespaces: null });
const window = { from: hour, to: hour + 300, step: 10 as const };

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
  writer = createBlockWriter(store);
  reader = createTrafficReader(store);
}, 60_000);
afterAll(() => opened.close());

describe('edgeWindows', () => {
  it('sums buckets and targets, counts a row that was sent twice once, and names the edge', async () => {
    await write([row('sum', {}), row('sum', { origin: 2n }), row('sum', { bucket: hour + 20 })]);
    await write([row('sum', {})]);
    const rows = await reader.edgeWindows(all('sum'), window);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ edge, requests: 30, firstBucket: hour, lastBucket: hour + 20, layout: envoyLayout, via: ['waypoint:pay/w'], measured: Measured.requests | Measured.latency });
    expect([[...rows[0]!.responses], [...rows[0]!.latency]]).toEqual([[['http 200 -', 30]], [[3, 30]]]);
  });

  it('keeps instruments, sides, feeds and intents apart', async () => {
    await write([row('apart', {}), row('apart', { instrument: 'trace' }), row('apart', { side: 'source' }), row('apart', { feed: 'b' }), row('apart', { intent: 'mirror' })]);
    expect(await reader.edgeWindows(all('apart'), window)).toHaveLength(5);
  });

  it('takes the highest version and leaves withdrawn rows out', async () => {
    await write([row('versions', { origin: 0n, requests: 1 })], 1);
    await write([row('versions', { origin: 0n, requests: 7 })], 2);
    expect((await reader.edgeWindows(all('versions'), window))[0]!.requests).toBe(7);
    await write([row('versions', { origin: 0n, measured: 0, requests: 0 })], 3);
    expect(await reader.edgeWindows(all('versions'), window)).toEqual([]);
  });

  it('reads what touches a namespace of the scope, of the tenant alone', async () => {
    await write([row('scope', {})]);
    const read = async (namespaces: string[] | null, tenant = 'scope'): Promise<number> => (await reader.edgeWindows({ tenant, namespaces }, window)).length;
    expect([await read(['shop']), await read(['pay']), await read(['other']), await read([]), await read(null, 'nobody')]).toEqual([1, 1, 0, 0, 0]);
  });

  it('names edges however many there are and whatever bytes their ids end in', async () => {
    const edges = Array.from({ length: 8000 }, (_, port): Edge => ({ ...edge, port: port + 1 }));
    expect(edges.some((one) => writer.edgeIdOf('bytes', one).endsWith('00'))).toBe(true);
    await write(edges.map((one) => row('bytes', { edge: one })));
    const rows = await reader.edgeWindows(all('bytes'), window);
    expect([rows.length, rows.filter((one) => one.edge === null).length]).toEqual([8000, 0]);
    expect(await reader.edgeBuckets(all('bytes'), window, rows.slice(0, 5000).map((one) => one.edgeId))).toHaveLength(5000);
    const zero = rows.find((one) => one.edgeId.endsWith('00'))!;
    expect(await reader.edgeBuckets(all('bytes'), window, [zero.edgeId])).toHaveLength(1);
  });
});

it('gives one row for each bucket of the edges that were asked for', async () => {
  await write([row('series', {}), row('series', { bucket: hour + 30, requests: 4 }), row('series', { edge: { ...edge, port: 1 } })]);
  const id = writer.edgeIdOf('series', edge);
  const rows = await reader.edgeBuckets(all('series'), window, [id]);
  expect(rows.map((one) => [one.bucket - hour, one.requests]).sort()).toEqual([[0, 10], [30, 4]]);
  await expect(reader.edgeBuckets(all('series'), window, Array.from({ length: 5001 }, () => id))).rejects.toThrow(RangeError);
});

it('changes its token with every write and not without one', async () => {
  const token = await reader.changeToken(all('token'));
  expect(await reader.changeToken(all('token'))).toBe(token);
  await write([row('token', {})]);
  expect(await reader.changeToken(all('token'))).not.toBe(token);
});

describe('roll-ups', () => {
  it('give the same sums from every tier, whatever part of it has been rolled up', async () => {
    const buckets = Array.from({ length: 300 }, (_, i) => row('tiers', { bucket: hour + 10 * i, requests: i, responses: new Map([['http 200 -', i]]), openConnections: i % 17 }));
    await write(buckets);
    const expected = 300 * 299 / 2;
    const total = async (step: 10 | 60 | 600 | 3600): Promise<number> => {
      const rows = await reader.edgeWindows(all('tiers'), { from: hour, to: hour + 3600, step });
      expect(rows).toHaveLength(1);
      expect([rows[0]!.openConnections, rows[0]!.responses.get('http 200 -')]).toEqual([16, rows[0]!.requests]);
      return rows[0]!.requests;
    };
    expect([await total(10), await total(60), await total(3600)]).toEqual([expected, expected, expected]);
    await createRollUpJob(store, 60).run();
    expect([await total(60), await total(600), await total(3600)]).toEqual([expected, expected, expected]);
    await createRollUpJob(store, 600).run();
    await createRollUpJob(store, 3600).run();
    expect([await total(60), await total(600), await total(3600)]).toEqual([expected, expected, expected]);
    const series = await reader.edgeBuckets(all('tiers'), { from: hour, to: hour + 3600, step: 600 }, [writer.edgeIdOf('tiers', edge)]);
    expect(series.map((one) => one.requests).reduce((a, b) => a + b)).toBe(expected);
  });

  it('repair buckets into which late data came, and withdraw what is gone', async () => {
    await write([row('late', { origin: 0n, requests: 5 }), row('late', { origin: 0n, requests: 3, edge: { ...edge, port: 1 } })], 1);
    // Windows are read of the coarsest tiers that are complete: all of them are brought up to date.
    const jobs = ([60, 600, 3600] as const).map((step) => createRollUpJob(store, step));
    for (const job of jobs) await job.run();
    await write([row('late', { origin: 0n, requests: 9 }), row('late', { origin: 0n, measured: 0, requests: 0, edge: { ...edge, port: 1 } })], 2);
    for (const job of jobs) await job.run();
    const rows = await reader.edgeWindows(all('late'), { from: hour, to: hour + 3600, step: 60 });
    expect(rows.map((one) => one.requests)).toEqual([9]);
  });
});

it('knows the first and the last bucket of a window with data, whoever it is of, as the rows of the whole mesh tell them', async () => {
  expect(await reader.dataRange('silent', window)).toEqual({ first: Infinity, last: -Infinity });
  const other: Edge = { ...edge, source: workload('c', 'books', 'web'), destination: workload('c', 'books', 'shelf') };
  await write([row('range', { bucket: hour + 20 }), row('range', { bucket: hour + 3_660 }), row('range', { bucket: hour + 1_200, edge: other }), row('range', { bucket: hour + 3_700, measured: 0, requests: 0 })]);
  const windows = [{ from: hour, to: hour + 4_000, step: 10 }, { from: hour, to: hour + 7_200, step: 60 }, { from: hour + 30, to: hour + 3_600, step: 10 }] as const;
  const rangeOf = async (of: (typeof windows)[number]): Promise<unknown> => {
    const range = await reader.dataRange('range', of);
    expect(range).toEqual(bucketRange(await reader.edgeWindows(all('range'), of)));
    // Now out of what was read.
    expect(await reader.dataRange('range', of)).toEqual(range);
    return [range.first - hour, range.last - hour];
  };
  expect([await rangeOf(windows[0]), await rangeOf(windows[1]), await rangeOf(windows[2])]).toEqual([[20, 3_660], [20, 3_660], [1_200, 1_200]]);
  for (const step of [60, 600, 3600] as const) await untilIdle(createRollUpJob(store, step));
  // Another reader, which knows how far the tiers have come.
  const later = createTrafficReader(store), again = await later.dataRange('range', windows[1]);
  expect(again).toEqual(bucketRange(await later.edgeWindows(all('range'), windows[1])));
});

it('knows when data began, by the finest tier that has not forgotten it', async () => {
  expect(await reader.oldestBucket(all('nobody'))).toBeNull();
  await write([row('oldest', { bucket: hour + 40 }), row('oldest', { bucket: hour + 10 })]);
  expect(await reader.oldestBucket(all('oldest'))).toBe(hour + 10);
  for (const step of [60, 600, 3600] as const) await untilIdle(createRollUpJob(store, step));
  expect(await reader.oldestBucket(all('oldest'))).toBe(hour + 10);
  await store.command(sql`ALTER TABLE edge_traffic_10s DELETE WHERE tenant = 'oldest' SETTINGS mutations_sync = 1`, { name: 'forget' });
  expect(await reader.oldestBucket(all('oldest'))).toBe(hour);
});
