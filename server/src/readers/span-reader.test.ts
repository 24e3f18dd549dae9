import { afterAll, beforeAll, expect, it } from 'vitest';
import { application, database, unknownEntity, workload } from '@orrery/collectors/model/entity';
import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { SpanKind, SpanStatus } from '@orrery/collectors/model/span';
import { bucketOf } from '@orrery/collectors/model/time-window';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { openTestStore, span, type TestStore } from '../jobs/engine-fixture.ts';
import { createSourceReader } from './source-reader.ts';
import { createSpanReader } from './span-reader.ts';

let opened: TestStore, writer: BlockWriter;
const at = Date.now() - 60_000;
const scope = { tenant: 't', namespaces: null };
const window = { from: bucketOf(at / 1000) - 100, to: bucketOf(at / 1000) + 100, step: 10 as const };
const web = application('c', 'shop', 'web'), orders = workload('c', 'shop', 'orders', 'orders');
const other = application('c', 'shop', 'other'), cart = application('c', 'shop', 'cart');
const pg = database('postgresql', 'pg.data', 5432, 'orders');
const edge = (source: Edge['source'], destination: Edge['destination']): Edge => ({ source, destination, service: '', serviceGuessed: false, port: 0 });

beforeAll(async () => {
  opened = await openTestStore();
  writer = createBlockWriter(opened.store);
  const spans = [1, 2, 3].flatMap((trace) => [
    span({ trace, id: 1, app: 'web', kind: SpanKind.client, at: at + trace, attributes: new Map([['k', 'v']]), events: [{ timeNs: 5n, name: 'e', attributes: new Map([['a', 'b']]) }] }),
    span({ trace, id: 2, parent: 1, app: orders, kind: SpanKind.server, at: at + trace, status: trace === 2 ? SpanStatus.error : SpanStatus.unset }),
    span({ trace, id: 3, parent: 2, app: orders, kind: SpanKind.client, at: at + trace, dbSystem: 'postgresql', serverAddress: 'pg.data', serverPort: 5432, dbNamespace: 'orders' }),
    span({ trace, id: 4, parent: 1, app: 'other', kind: SpanKind.server, at: at + trace }),
    span({ trace, id: 5, parent: 4, app: 'other', kind: SpanKind.client, at: at + trace, serverAddress: ['cart.shop.svc.cluster.local', 'cart.shop', 'cart.other.svc'][trace - 1]! }),
  ]);
  await writer.spans(spans, 'a');
  await writer.spans(spans.slice(0, 4), 'b');
  await writer.edgeTraffic([edge(web, orders), edge(orders, pg), edge(other, cart), edge(unknownEntity, web)].map((one) => edgeTraffic({ tenant: 't', bucket: window.from, edge: one, instrument: 'trace', side: 'source', feed: 'otlp' })), 'c');
}, 60_000);
afterAll(() => opened.close());

it('finds both sides of an edge, failing calls first, each span once', async () => {
  const reader = createSpanReader(opened.store);
  const spans = await reader.edgeSpans(scope, window, [writer.edgeIdOf('t', edge(web, orders))], { limit: 10, errorsFirst: true });
  expect(spans).toHaveLength(6);
  expect(spans[0]!.status).toBe(SpanStatus.error);
  expect(new Set(spans.map((one) => one.entity.app))).toEqual(new Set(['web', 'orders']));
  const newest = await reader.edgeSpans(scope, window, [writer.edgeIdOf('t', edge(web, orders))], { limit: 2, errorsFirst: false });
  expect(newest.map((one) => one.traceId.at(-1))).toEqual(['4', '4']);
});

it('finds the one side that calls of a database have', async () => {
  const spans = await createSpanReader(opened.store).edgeSpans(scope, window, [writer.edgeIdOf('t', edge(orders, pg))], { limit: 10, errorsFirst: false });
  expect(spans.map((one) => one.dbSystem)).toEqual(['postgresql', 'postgresql', 'postgresql']);
});

it('finds the calls of a service that records no spans, however its callers write its name', async () => {
  const spans = await createSpanReader(opened.store).edgeSpans(scope, window, [writer.edgeIdOf('t', edge(other, cart))], { limit: 10, errorsFirst: false });
  expect(spans.map((one) => one.serverAddress)).toEqual(['cart.shop', 'cart.shop.svc.cluster.local']);
});

it('reads a trace as it was written', async () => {
  const reader = createSpanReader(opened.store);
  const traceId = 2n.toString(16).padStart(32, '0');
  const spans = await reader.trace(scope, traceId, null, 100);
  expect(spans.map((one) => one.spanId.at(-1))).toEqual(['1', '2', '3', '4', '5']);
  expect(spans[0]).toMatchObject({ parentSpanId: '', attributes: new Map([['k', 'v']]), events: [{ timeNs: 5n, name: 'e', attributes: new Map([['a', 'b']]) }], entity: web, isProxy: false });
  expect(await reader.trace(scope, traceId, at, 2)).toHaveLength(2);
  expect(await reader.trace(scope, traceId, at - 86_400_000, 100)).toEqual([]);
});

it('sums what a source reported and keeps its last word', async () => {
  const report = (timeMs: number, more: object) => ({ tenant: 't', timeMs, source: 'scrape', feed: 'scrape:istio', target: 'http://a', received: 10, stored: 9, rejected: 1, dropped: 0, lostUpstream: 0, up: 1 as const, durationMs: 5, samples: 9, seriesAdded: 2, newestMs: timeMs, error: '', ...more });
  await writer.sourceReports([report(at, {}), report(at + 1000, { up: 0 as const, error: 'refused', newestMs: 0 })], 'd');
  await writer.rejections([{ tenant: 't', timeMs: at, source: 'scrape', feed: 'scrape:istio', target: 'http://a', reason: 'not a number', count: 2, sample: 'x' }], 'e');
  const reader = createSourceReader(opened.store);
  expect(await reader.summaries(scope, at - 1000)).toEqual([{ source: 'scrape', feed: 'scrape:istio', target: 'http://a', received: 20, stored: 18, rejected: 2, dropped: 0, lostUpstream: 0, up: 0, durationMs: 5, samples: 9, seriesAdded: 4, newestMs: at, lastReportMs: at + 1000, error: 'refused' }]);
  expect(await reader.summaries(scope, at + 5000)).toEqual([]);
  expect(await reader.rejections(scope, at - 1000, 10)).toMatchObject([{ timeMs: at, reason: 'not a number', count: 2 }]);
});
