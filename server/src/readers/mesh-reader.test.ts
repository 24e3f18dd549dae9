import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Measured, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { application, workload } from '@orrery/collectors/model/entity';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { GraphType, type ServiceGraph } from '../inference/graph.ts';
import { buildServiceGraph } from '../inference/load-graph.ts';
import { meshP99, meshSeries, type MeshReader, type MeshSeries } from '../inference/mesh-series.ts';
import type { Scope, TrafficReader } from '../inference/ports.ts';
import { speakersOf } from '../inference/speakers.ts';
import { openTestStore, type TestStore } from '../jobs/engine-fixture.ts';
import { createActivityReader } from './activity-reader.ts';
import { createMeshReader } from './mesh-reader.ts';
import { createTrafficReader } from './traffic-reader.ts';

let opened: TestStore, writer: BlockWriter, traffic: TrafficReader, mesh: MeshReader;
const start = Math.floor(Date.now() / 3_600_000) * 3600 - 3600;
const window = { from: start, to: start + 600, step: 10 as const };
const stepped = { from: start, step: 10 as const, stepSeconds: 60, steps: 10 };
const web = workload('c', 'shop', 'web', 'web', 'v1'), orders = workload('c', 'pay', 'orders', 'orders', 'v1'), cart = workload('c', 'shop', 'cart', 'cart', 'v1');
const toOrders: Edge = { source: web, destination: orders, service: 'orders.pay.svc.cluster.local', serviceGuessed: false, port: 8080 };
const toCart: Edge = { source: web, destination: cart, service: 'cart.shop.svc.cluster.local', serviceGuessed: false, port: 80 };
const traced: Edge = { source: application('', '', 'web'), destination: application('', '', 'orders'), service: '', serviceGuessed: false, port: 0 };
const scope = (namespaces: string[] | null = null): Scope => ({ tenant: 'mesh', namespaces });

beforeAll(async () => {
  opened = await openTestStore();
  writer = createBlockWriter(opened.store);
  traffic = createTrafficReader(opened.store);
  mesh = createMeshReader(opened.store);
  const rows: EdgeTraffic[] = [];
  for (let i = 0; i < 60; i++) {
    const bucket = start + 10 * i;
    const row = (edge: Edge, counts: Record<string, number>, more: Partial<EdgeTraffic> = {}): void => {
      const responses = new Map(Object.entries(counts));
      const sum = (pattern: RegExp): number => [...responses].reduce((n, [key, count]) => n + (pattern.test(key) ? count : 0), 0);
      rows.push(edgeTraffic({
        tenant: 'mesh', bucket, edge, instrument: 'proxy', side: 'destination', feed: 'scrape:a', responses, requests: sum(/^http/), errors: sum(/^http 5/),
        measured: Measured.requests | Measured.errors | Measured.latency | Measured.bytes, layout: envoyLayout, latency: new Map([[i < 30 ? 3 : 6, sum(/^http/)]]), bytesSent: 100, bytesReceived: 900, ...more,
      }));
    };
    row(toOrders, { 'http 200 -': 20 + i, 'http 503 -': 2 });
    row(toOrders, { 'http 200 -': 20 + i, 'http 503 -': 2 }, { feed: 'scrape:b' });
    row(toOrders, { 'http 200 -': 20 + i, 'http 503 -': 2, 'http 503 UH': 3, 'http 504 UT': 1, 'http 403 UAEX': 1, 'http 503 UF': 4 }, { side: 'source' });
    row(traced, { 'http 200 -': 5 }, { instrument: 'trace', feed: 'otlp', requestsEstimated: 50, layout: spanLayout, latency: new Map([[9, 5]]) });
    row(toCart, { 'http 200 -': 7 }, { side: 'source' });
    row(toCart, { 'http 200 -': 100 }, { intent: 'mirror' });
    if (i === 59) row(toCart, { 'http 200 -': 9 }, { bucket: start + 600, side: 'source' });
  }
  await writer.edgeTraffic(rows, 'mesh', 0);
}, 60_000);
afterAll(() => opened.close());

const graphOf = async (of: Scope): Promise<ServiceGraph> => buildServiceGraph(await traffic.edgeWindows(of, window), { tenant: 'mesh', type: GraphType.workload, window, now: start + 4000 });
const seriesOf = async (of: Scope): Promise<MeshSeries> => meshSeries(stepped, await mesh.steps(of, stepped, speakersOf(await mesh.tellers(of, stepped))));
const total = (rates: readonly (number | null)[]): number => rates.reduce<number>((sum, rate) => sum + (rate ?? 0) * 60, 0);

describe('the series of a mesh', () => {
  it.each([[null], [['shop']], [['pay']]])('has the requests, errors and bytes of the graph’s edges: namespaces %j', async (namespaces) => {
    const [graph, series] = [await graphOf(scope(namespaces)), await seriesOf(scope(namespaces))];
    const sum = (value: (signals: ServiceGraph['edges'][number]['signals']) => number): number => graph.edges.reduce((n, edge) => n + value(edge.signals), 0) * graph.coveredSeconds;
    expect(total(series.requestsPerSecond)).toBeCloseTo(sum((signals) => signals.requestsPerSecond ?? 0), 6);
    expect(total(series.errorsPerSecond)).toBeCloseTo(sum((signals) => (signals.requestsPerSecond ?? 0) * (signals.errorRatio ?? 0)), 6);
    expect(total(series.callerErrorsPerSecond)).toBeCloseTo(graph.edges.reduce((n, edge) => n + (edge.clientErrorsPerSecond ?? 0), 0) * graph.coveredSeconds, 6);
    expect(total(series.bytesPerSecond)).toBeCloseTo(sum((signals) => (signals.bytesSentPerSecond ?? 0) + (signals.bytesReceivedPerSecond ?? 0)), 6);
    expect(series.requestsPerSecond.every((rate) => rate !== null && rate > 0)).toBe(true);
  });

  it('has the latency of who speaks, step by step', async () => {
    const p99 = meshP99(stepped, await mesh.latency(scope(), stepped, speakersOf(await mesh.tellers(scope(), stepped))));
    expect([p99[0]! < 10, p99[9]! > 50]).toEqual([true, true]);
  });

  it('is empty for a scope without traffic', async () => {
    expect([await seriesOf(scope(['nowhere'])), await seriesOf(scope([]))].map((one) => one.requestsPerSecond.every((rate) => rate === null))).toEqual([true, true]);
  });
});

it('reads the steps of an edge from every teller, mirrors left out', async () => {
  const reader = createActivityReader(opened.store);
  const rows = await reader.activity(scope(), stepped, [writer.edgeIdOf('mesh', toOrders), writer.edgeIdOf('mesh', toCart)]);
  expect(rows.map((row) => [row.side, row.feed, row.requests.length, row.requests[0], row.stayed[0], row.stayedErrors[0]])).toEqual(expect.arrayContaining([
    ['destination', 'scrape:a', 10, 6 * 22 + 15, 0, 0],
    ['source', 'scrape:a', 10, 6 * 31 + 15, 6 * 8, 6 * 7],
    ['source', 'scrape:a', 10, 42, 0, 0],
  ]));
  expect(rows).toHaveLength(4);
  expect([...rows.find((row) => row.feed === 'scrape:b')!.latency[0]!]).toEqual([[3, 6 * 22 + 15]]);
  expect(await reader.activity(scope(), stepped, [])).toEqual([]);
});
