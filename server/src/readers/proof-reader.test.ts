import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originOf } from '@orrery/collectors/prometheus/rederive';
import { seriesHash } from '@orrery/collectors/prometheus/hash64';
import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Measured } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { openTestStore, type TestStore } from '../jobs/engine-fixture.ts';
import { createProofReader } from './proof-reader.ts';
import { createTrafficReader } from './traffic-reader.ts';

let opened: TestStore;
const start = Math.floor(Date.now() / 10_000) * 10 - 120;
const window = { from: start, to: start + 60, step: 10 as const };
const scope = { tenant: 't', namespaces: null };
const web = workload('c', 'shop', 'web', 'web', 'v1'), orders = workload('c', 'pay', 'or|ders\\', 'orders', 'v1');
const edge: Edge = { source: web, destination: orders, service: '', serviceGuessed: false, port: 0 };
const target = 'http://10.0.0.1:15020/a|b\\c';
const labels = ['reporter', 'destination', 'source_workload', 'web', 'source_workload_namespace', 'shop', 'destination_workload', orders.name, 'destination_workload_namespace', 'pay'];
const scrape = (i: number): { tenant: string; feed: string; target: string; timeMs: number } => ({ tenant: 't', feed: 'scrape:mesh', target, timeMs: (start + i * 10) * 1000 + 123 });

beforeAll(async () => {
  opened = await openTestStore();
  const writer = createBlockWriter(opened.store);
  await writer.edgeTraffic(Array.from({ length: 6 }, (_, i) => edgeTraffic({
    tenant: 't', bucket: start + i * 10, edge, instrument: 'proxy', side: 'destination', feed: 'scrape:mesh', origin: originOf(scrape(i + 1)), measured: Measured.requests | Measured.errors,
    requests: 10 + i, errors: 1, responses: new Map([['http 200 -', 9 + i], ['http 503 -', 1]]),
  })), 'rows');
  const series = seriesHash('istio_requests_total', labels);
  await writer.scrapeStates(Array.from({ length: 7 }, (_, i) => ({ ...scrape(i), series: [series], values: [i] })), 'states');
  await writer.seriesNames([{ tenant: 't', series, name: 'istio_requests_total', labels: new Map(labels.flatMap((name, i) => (i % 2 === 0 ? [[name, labels[i + 1]!] as const] : []))) }], 'names');
}, 60_000);
afterAll(() => opened.close());

const edgeIds = async (): Promise<string[]> => [...new Set((await createTrafficReader(opened.store).edgeWindows(scope, window)).map(({ edgeId }) => edgeId))];

describe('the rows behind a number', () => {
  it('come page by page, and add up to it', async () => {
    const reader = createProofReader(opened.store), ids = await edgeIds();
    const all = await reader.rows(scope, window, ids, { first: 100, offset: 0 });
    expect(all.total).toBe(6);
    expect(all.rows.map(({ requests }) => requests)).toEqual([10, 11, 12, 13, 14, 15]);
    expect(all.rows[0]).toMatchObject({ bucket: start, instrument: 'proxy', side: 'destination', responses: [['http 200 -', 9], ['http 503 -', 1]] });
    expect((await reader.rows(scope, window, ids, { first: 2, offset: 3 })).rows).toEqual(all.rows.slice(3, 5));
  });

  it('lead back to the scrapes and series they were made from, whatever characters these have', async () => {
    const reader = createProofReader(opened.store);
    const { rows } = await reader.rows(scope, window, await edgeIds(), { first: 100, offset: 0 });
    const scrapes = await reader.scrapes(scope, window, rows.map(({ origin }) => origin), 100);
    expect(scrapes.map(({ timeMs }) => Number(timeMs)).sort()).toEqual([1, 2, 3, 4, 5, 6].map((i) => scrape(i).timeMs));
    expect(new Set(scrapes.map((one) => one.target))).toEqual(new Set([target]));
    expect(await reader.targets(scope, window, await edgeIds(), 10)).toEqual([target]);
    expect(await reader.targets(scope, { from: start - 600, to: start }, await edgeIds(), 10)).toEqual([]);
    const series = await reader.series(scope, [web], [orders], 10);
    expect(series.map(({ name, labels: found }) => [name, found.get('destination_workload')])).toEqual([['istio_requests_total', orders.name]]);
    expect(await reader.series(scope, [orders], [web], 10)).toEqual([]);
  });

  it('were stored in time, or are named as late', async () => {
    const reader = createProofReader(opened.store);
    expect(await reader.late(scope, window)).toEqual([]);
    await createBlockWriter(opened.store).edgeTraffic([edgeTraffic({ tenant: 't', bucket: start - 3_600, edge, instrument: 'proxy', side: 'source', feed: 'push', origin: 5n, measured: Measured.requests, requests: 1 })], 'late');
    const [late] = await reader.late(scope, { ...window, from: start - 3_600 });
    expect(late).toMatchObject({ feed: 'push', rows: 1 });
    expect(late?.worstSeconds).toBeGreaterThan(3_500);
  });
});
