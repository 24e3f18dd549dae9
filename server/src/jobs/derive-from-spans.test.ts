import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bucketOf } from '@orrery/collectors/model/time-window';
import { SpanKind, SpanStatus, type Span } from '@orrery/collectors/model/span';
import { createDecodeContext } from '@orrery/collectors/otlp/decode-context';
import { decodeProtobuf } from '@orrery/collectors/otlp/decode-protobuf';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { delimited } from '@orrery/collectors/wire/delimited-fixture';
import type { EdgeWindow } from '../inference/ports.ts';
import { createTrafficReader } from '../readers/traffic-reader.ts';
import { createSpansJob } from './derive-from-spans.ts';
import { hexId, openTestStore, span, untilIdle, type TestStore } from './engine-fixture.ts';
import type { LeasedJob } from './leased-job.ts';

let opened: TestStore, store: Store, writer: BlockWriter, job: LeasedJob;
let tenants = 0, tenant = '', blocks = 0;
/** A minute ago: old enough that no counterpart is waited for. */
const at = (Math.floor(Date.now() / 60_000) - 8) * 60_000 + 5_000;

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
  writer = createBlockWriter(store);
  job = createSpansJob(store, writer, Date.now);
}, 60_000);
afterAll(() => opened.close());
beforeEach(() => { tenant = `t${++tenants}`; });

const write = (...spans: Span[]): Promise<void> => writer.spans(spans.map((one) => ({ ...one, tenant })), `block ${++blocks}`);
async function edges(): Promise<Record<string, Pick<EdgeWindow, 'requests' | 'errors' | 'clientErrors'>>> {
  const rows = await createTrafficReader(store).edgeWindows({ tenant, namespaces: null }, { from: bucketOf(at / 1000) - 300, to: bucketOf(at / 1000) + 600, step: 10 });
  return Object.fromEntries(rows.map((row) => [
    `${row.edge!.source.name || row.edge!.source.kind} → ${row.edge!.destination.name || row.edge!.destination.kind} ${row.side}${row.intent === 'primary' ? '' : ` ${row.intent}`}`,
    { requests: row.requests, errors: row.errors, clientErrors: row.clientErrors },
  ]).sort());
}
const counts = async (): Promise<Record<string, number>> => Object.fromEntries(Object.entries(await edges()).map(([name, row]) => [name, row.requests]));
const run = (): Promise<void> => untilIdle(job);

const { client, server, producer, consumer } = SpanKind;

describe('pairs', () => {
  it('a client with its server: both sides of one edge, errors from each side', async () => {
    await write(
      span({ trace: 1, id: 1, app: 'web', kind: server, at, httpStatus: 200 }),
      span({ trace: 1, id: 2, parent: 1, app: 'web', kind: client, at, ms: 30, httpStatus: 503, status: SpanStatus.error }),
      span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: server, at: at + 1, ms: 20, httpStatus: 503, status: SpanStatus.error }),
      span({ trace: 2, id: 2, app: 'web', kind: client, at, ms: 1000, status: SpanStatus.error }),
      span({ trace: 2, id: 3, parent: 2, app: 'orders', kind: server, at, ms: 1500, httpStatus: 200 }),
    );
    await run();
    expect(await edges()).toEqual({
      'unknown → web destination': { requests: 1, errors: 0, clientErrors: 0 },
      'web → orders source': { requests: 2, errors: 2, clientErrors: 1 },
      'web → orders destination': { requests: 2, errors: 1, clientErrors: 0 },
    });
  });

  it('late counterparts repair buckets that were done, and what was resent counts once', async () => {
    const caller = span({ trace: 1, id: 2, app: 'web', kind: client, at, serverAddress: '10.0.0.7' });
    await write(caller);
    await run();
    expect(await counts()).toEqual({ 'web → 10.0.0.7 source': 1 });
    // The server started in a later bucket, and everything arrives twice.
    await write(span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: server, at: at + 20_000 }), caller);
    await write(span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: server, at: at + 20_000 }));
    job.reset();
    await run();
    expect(await counts()).toEqual({ 'web → orders source': 1, 'web → orders destination': 1 });
  });

  it('withdraws an edge that is gone, also one that another process wrote', async () => {
    await write(span({ trace: 1, id: 2, app: 'web', kind: client, at, serverAddress: '10.0.0.7' }));
    await run();
    const other = createSpansJob(store, createBlockWriter(store), Date.now);
    await write(span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: server, at }));
    await untilIdle(other);
    expect(Object.keys(await counts()).sort()).toEqual(['web → orders destination', 'web → orders source']);
    const [standing] = await store.query<{ n: number }>(sql`SELECT count() AS n FROM edge_traffic_10s FINAL WHERE tenant = ${tenant} AND measured = 0`, { name: 'withdrawn' });
    expect(standing!.n).toBe(1);
  });

  it('corrects for sampling', async () => {
    await write(span({ trace: 1, id: 1, app: 'web', kind: server, at, sampleWeight: 100 }));
    await run();
    const [row] = await createTrafficReader(store).edgeWindows({ tenant, namespaces: null }, { from: bucketOf(at / 1000), to: bucketOf(at / 1000) + 10, step: 10 });
    expect(row).toMatchObject({ requests: 1, requestsEstimated: 100 });
  });

  it('keeps self-calls and folds nested server spans', async () => {
    await write(
      span({ trace: 1, id: 2, app: 'web', kind: client, at }), span({ trace: 1, id: 3, parent: 2, app: 'web', kind: server, at }),
      span({ trace: 1, id: 4, parent: 3, app: 'web', kind: server, at }),
    );
    await run();
    expect(await counts()).toEqual({ 'web → web source': 1, 'web → web destination': 1 });
  });

  it('waits for a parent that may still come, then shows the caller as unknown', async () => {
    const recent = Date.now() - 1000;
    await write(span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: server, at: recent }));
    await run();
    expect(await counts()).toEqual({});
    await write(span({ trace: 2, id: 3, parent: 2, app: 'orders', kind: server, at }));
    await run();
    expect(await counts()).toEqual({ 'unknown → orders destination': 1 });
  });
});

describe('peers without spans', () => {
  it.each([
    ['database', { dbSystem: 'postgresql', serverAddress: 'pg.data', serverPort: 5432, dbNamespace: 'orders' }, 'postgresql:pg.data:5432/orders'],
    ['Kubernetes host', { serverAddress: 'ratings.shop.svc.cluster.local' }, 'ratings'],
    ['service.namespace', { serverAddress: 'ratings.shop' }, 'ratings'],
    ['peer service', { peerService: 'billing', serverAddress: 'bill.example' }, 'billing'],
    ['external host', { serverAddress: 'api.payments.example' }, 'api.payments.example'],
    ['nothing', {}, 'unknown'],
    ['loopback', { serverAddress: 'localhost' }, 'unknown'],
  ])('%s', async (_, attributes, name) => {
    await write(span({ trace: 1, id: 2, app: 'web', kind: client, at, ...attributes }));
    await run();
    expect(await counts()).toEqual({ [`web → ${name} source`]: 1 });
  });

  it('topics stand between producer and consumer', async () => {
    const topic = { messagingSystem: 'kafka', messagingDestination: 'orders' };
    await write(
      span({ trace: 1, id: 2, app: 'web', kind: producer, at, ...topic }),
      span({ trace: 1, id: 3, parent: 2, app: 'mailer', kind: consumer, at: at + 500, ...topic }),
    );
    await run();
    expect(await counts()).toEqual({ 'web → kafka:orders source': 1, 'kafka:orders → mailer destination': 1 });
  });
});

describe('messages', () => {
  const topic = { messagingSystem: 'kafka', messagingDestination: 'orders' };
  const latencies = async (): Promise<Record<string, number>> => {
    const rows = await createTrafficReader(store).edgeWindows({ tenant, namespaces: null }, { from: bucketOf(at / 1000) - 300, to: bucketOf(at / 1000) + 600, step: 10 });
    return Object.fromEntries(rows.map((row) => [`${row.edge!.source.name} → ${row.edge!.destination.name}`, Math.round(row.latencySumMs)]));
  };

  it('found by links, minutes later: each message counts, and how long it lay there', async () => {
    const ids = [21, 22].map((id) => ({ traceId: hexId(id + 1, 32), spanId: hexId(2, 16) }));
    await write(
      span({ trace: 21, id: 2, app: 'web', kind: producer, at, ...topic }),
      span({ trace: 22, id: 2, app: 'web', kind: producer, at: at + 1000, ...topic }),
      span({ trace: 23, id: 3, app: 'mailer', kind: consumer, at: at + 240_000, links: ids, ...topic }),
    );
    await run();
    expect(await counts()).toEqual({ 'web → kafka:orders source': 2, 'kafka:orders → mailer destination': 2 });
    expect((await latencies())['kafka:orders → mailer']).toBe(240_000 + 239_000);
  });

  it('a receiver that names no topic has that of its producer', async () => {
    await write(
      span({ trace: 1, id: 2, app: 'web', kind: producer, at, ...topic }),
      span({ trace: 1, id: 3, parent: 2, app: 'mailer', kind: consumer, at: at + 500 }),
    );
    await run();
    expect(await counts()).toEqual({ 'web → kafka:orders source': 1, 'kafka:orders → mailer destination': 1 });
  });

  it('received and then processed count once', async () => {
    await write(
      span({ trace: 1, id: 3, app: 'mailer', kind: consumer, at, ...topic }),
      span({ trace: 1, id: 4, parent: 3, app: 'mailer', kind: consumer, at: at + 5, ...topic }),
    );
    await run();
    expect(await counts()).toEqual({ 'kafka:orders → mailer destination': 1 });
  });
});

describe('ids and missing spans', () => {
  it('client and server share an id, and the server calls on', async () => {
    await write(
      span({ trace: 1, id: 1, app: 'web', kind: server, at }),
      span({ trace: 1, id: 2, parent: 1, app: 'web', kind: client, at }),
      span({ trace: 1, id: 2, parent: 1, app: 'orders', kind: server, at }),
      span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: client, at, dbSystem: 'redis', serverAddress: 'cache' }),
    );
    await run();
    expect(await counts()).toEqual({ 'unknown → web destination': 1, 'web → orders source': 1, 'web → orders destination': 1, 'orders → redis:cache source': 1 });
  });

  it('the server’s span is missing: whoever made spans below was called', async () => {
    await write(
      span({ trace: 1, id: 2, app: 'web', kind: client, at, serverAddress: '10.0.0.7' }),
      span({ trace: 1, id: 3, parent: 2, app: 'orders', kind: client, at, dbSystem: 'redis', serverAddress: 'cache' }),
    );
    await run();
    expect(await counts()).toEqual({ 'web → orders source': 1, 'orders → redis:cache source': 1 });
  });

  it('any order, any split into batches and doubled spans give the same edges', async () => {
    const outbound = { isProxy: true, upstreamCluster: 'outbound|80||orders.shop.svc.cluster.local' };
    const trace = [
      span({ trace: 1, id: 1, app: 'web', kind: server, at }),
      span({ trace: 1, id: 2, parent: 1, app: 'web', kind: client, at }),
      span({ trace: 1, id: 3, parent: 2, app: 'web', kind: server, at, httpStatus: 503, ...outbound, attributes: new Map([['response_flags', 'URX']]) }),
      span({ trace: 1, id: 4, parent: 3, app: 'web', kind: client, at, ...outbound }),
      span({ trace: 1, id: 5, parent: 3, app: 'web', kind: client, at: at + 10, ...outbound }),
      span({ trace: 1, id: 6, parent: 4, app: 'orders', kind: server, at }),
      span({ trace: 1, id: 7, parent: 5, app: 'orders', kind: server, at: at + 10 }),
      span({ trace: 1, id: 8, parent: 7, app: 'orders', kind: producer, at, messagingSystem: 'kafka', messagingDestination: 'paid' }),
      span({ trace: 1, id: 9, parent: 8, app: 'mailer', kind: consumer, at: at + 12_000, messagingSystem: 'kafka', messagingDestination: 'paid' }),
    ];
    const expected = { 'unknown → web destination': 1, 'web → orders source': 1, 'web → orders destination': 2, 'orders → kafka:paid source': 1, 'kafka:paid → mailer destination': 1 };
    await fc.assert(fc.asyncProperty(
      fc.shuffledSubarray(trace, { minLength: trace.length }), fc.array(fc.constantFrom(...trace), { maxLength: 4 }), fc.nat(trace.length),
      async (shuffled, doubled, cut) => {
        tenant = `t${++tenants}`;
        for (const batch of [shuffled.slice(0, cut), [...shuffled.slice(cut), ...doubled]]) {
          if (batch.length > 0) await write(...batch);
          await run();
        }
        job.reset();
        await run();
        expect(await counts()).toEqual(expected);
      },
    ), { numRuns: 2 });
  }, 180_000);
});

it('a proxy’s own span tells of requests that never left, and counts retried ones once', async () => {
  const outbound = (flags: string): Partial<Span> => ({ isProxy: true, upstreamCluster: 'outbound|80||orders.shop.svc.cluster.local', attributes: new Map([['response_flags', flags]]) });
  await write(
    span({ trace: 1, id: 1, parent: 9, app: 'web', kind: server, at, httpStatus: 503, ...outbound('UH') }),
    span({ trace: 2, id: 1, parent: 9, app: 'web', kind: server, at, httpStatus: 503, ...outbound('URX') }),
    span({ trace: 2, id: 2, parent: 1, app: 'web', kind: client, at, httpStatus: 503, ...outbound('-') }),
    span({ trace: 2, id: 3, parent: 1, app: 'web', kind: client, at, httpStatus: 503, ...outbound('-') }),
  );
  await run();
  const [row, ...others] = await createTrafficReader(store).edgeWindows({ tenant, namespaces: null }, { from: bucketOf(at / 1000), to: bucketOf(at / 1000) + 10, step: 10 });
  expect(others).toEqual([]);
  expect(row).toMatchObject({ side: 'source', requests: 2, errors: 2, attempts: 2 });
  expect(new Map(row!.responses)).toEqual(new Map([['http 503 UH', 1], ['http 503 URX', 1]]));
});

it('folds proxies into the app beside them: no edge web → web', async () => {
  const inbound = { isProxy: true, upstreamCluster: 'inbound|8080||' };
  const outbound = { isProxy: true, upstreamCluster: 'outbound|8080||orders.shop.svc.cluster.local' };
  await write(
    span({ trace: 1, id: 1, app: 'web', kind: server, at, ...inbound }),
    span({ trace: 1, id: 2, parent: 1, app: 'web', kind: client, at, ...inbound }),
    span({ trace: 1, id: 3, parent: 2, app: 'web', kind: server, at }),
    span({ trace: 1, id: 4, parent: 3, app: 'web', kind: client, at, serverAddress: 'orders.shop' }),
    span({ trace: 1, id: 5, parent: 4, app: 'web', kind: server, at, ...outbound }),
    span({ trace: 1, id: 6, parent: 5, app: 'web', kind: client, at, ...outbound }),
    span({ trace: 1, id: 7, parent: 6, app: 'orders', kind: server, at, ...inbound }),
    span({ trace: 1, id: 8, parent: 7, app: 'orders', kind: client, at, ...inbound }),
    span({ trace: 1, id: 9, parent: 8, app: 'orders', kind: server, at }),
    span({ trace: 2, id: 6, app: 'web', kind: client, at, ...outbound, name: 'mirror' }),
  );
  await run();
  expect(await counts()).toEqual({ 'unknown → web destination': 1, 'web → orders source': 1, 'web → orders destination': 1, 'web → orders source mirror': 1 });
});

it('gives the edges of a real Envoy mesh from its spans alone, mirrored requests apart', async ({ skip }) => {
  const file = resolve(import.meta.dirname, '../../../../shared/data/envoy-real/a/otlp/traces.bin');
  if (!existsSync(file)) return skip('test data envoy-real is not here');
  const context = createDecodeContext({ redact: true, limits: { maxAttributes: 128, maxValueLength: 8192, maxEvents: 128 } });
  const spans = [...delimited(readFileSync(file))].flatMap((message) => decodeProtobuf(message, context, { tenant, nowMs: Date.UTC(2100, 0) }).spans);
  const first = spans.reduce((least, one) => (one.startNs < least ? one.startNs : least), spans[0]!.startNs);
  const shift = BigInt(at) * 1_000_000n - first;
  await write(...spans.map((one) => ({ ...one, startNs: one.startNs + shift })));
  await run();
  const rows = await createTrafficReader(store).edgeWindows({ tenant, namespaces: null }, { from: bucketOf(at / 1000) - 60, to: bucketOf(at / 1000) + 300, step: 10 });
  const sums = new Map<string, number>();
  for (const row of rows) {
    const end = (entity: { app: string; name: string; kind: string }): string => entity.app || entity.name || entity.kind;
    const key = `${end(row.edge!.source)} → ${end(row.edge!.destination)} ${row.side} ${row.intent}`;
    sums.set(key, (sums.get(key) ?? 0) + row.requests);
  }
  expect(Object.fromEntries(sums)).toEqual({
    'world → gateway destination primary': 271,
    'gateway → web source primary': 271, 'gateway → web destination primary': 271,
    'web → ratings source primary': 57, 'web → ratings destination primary': 57,
    'web → reviews source primary': 233, 'web → reviews destination primary': 225,
    'web → reviews source mirror': 21, 'web → reviews destination mirror': 21,
    'web → api.payments.example source primary': 24,
    'web → gone source primary': 9, 'web → empty source primary': 6, 'web → nowhere source primary': 9,
    'unknown → reviews destination primary': 27,
  });
});
