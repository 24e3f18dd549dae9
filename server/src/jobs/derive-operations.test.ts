import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { operationsPerEdge, otherOperation, type EdgeOperation } from '@orrery/collectors/model/edge-operation';
import { workload } from '@orrery/collectors/model/entity';
import { envoyLayout } from '@orrery/collectors/model/latency-layout';
import { SpanKind, SpanStatus, type Span } from '@orrery/collectors/model/span';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import { byStoredEdge, operationsOf } from '../inference/scope/edge-operations.ts';
import type { OperationWindow } from '../inference/ports.ts';
import { createOperationReader } from '../readers/operation-reader.ts';
import { createOperationsJob } from './derive-operations.ts';
import { createSpansJob } from './derive-from-spans.ts';
import { openTestStore, span, untilIdle, type TestStore } from './engine-fixture.ts';
import type { LeasedJob } from './leased-job.ts';

let opened: TestStore, writer: BlockWriter, job: LeasedJob;
let tenants = 0, tenant = '', blocks = 0;
/** In a minute that is over. */
const at = (Math.floor(Date.now() / 60_000) - 3) * 60_000 + 25_000;
const minute = Math.floor(at / 60_000) * 60;
const { client, server } = SpanKind;

beforeAll(async () => {
  opened = await openTestStore();
  writer = createBlockWriter(opened.store);
}, 60_000);
afterAll(() => opened.close());
beforeEach(() => {
  tenant = `t${++tenants}`;
  job = createOperationsJob(opened.store, writer, Date.now);
});

const write = (...spans: Span[]): Promise<void> => writer.spans(spans.map((one) => ({ ...one, tenant })), `block ${++blocks}`);
const read = (namespaces: string[] | null = null): Promise<readonly OperationWindow[]> =>
  createOperationReader(opened.store).operations({ tenant, namespaces }, { from: minute - 60, to: minute + 120, step: 60 }, null);
const told = async (): Promise<string[]> => (await read()).map((row) => `${row.side} ${row.operation} ${row.requests}/${row.errors}`).sort();
/** By minute and edge. */
async function toldAt(): Promise<string[]> {
  const rows = await opened.store.query<{ after: number; source: string; destination: string; side: string; operation: string; requests: number }>(sql`
    SELECT toUnixTimestamp(o.bucket) - ${minute} AS after, source_name AS source, destination_name AS destination, side, operation, requests
    FROM edge_operation AS o FINAL INNER JOIN edges AS e FINAL ON o.tenant = e.tenant AND o.edge_id = e.edge_id WHERE o.tenant = ${tenant} AND requests > 0`, { name: 'operations told' });
  return rows.map((row) => `${row.after} ${row.source} → ${row.destination} ${row.side} ${row.operation} ${row.requests}`).sort();
}
const call = (trace: number, route: string, more: Partial<Span> = {}): Span[] => [
  span({ trace, id: 1, app: 'web', kind: client, at, ms: 30, httpMethod: 'GET' }),
  span({ trace, id: 2, parent: 1, app: 'orders', kind: server, at, ms: 20, httpMethod: 'GET', route, httpStatus: 200, ...more }),
];

describe('operations of spans', () => {
  it('are told by each side in its own words, of the edges that the edges’ own job finds', async () => {
    await write(...call(1, '/orders/{id}'), ...call(2, '/orders/{id}', { httpStatus: 503, status: SpanStatus.error }), ...call(3, '/health'),
      span({ trace: 4, id: 1, app: 'orders', kind: client, at, name: 'SELECT orders', dbSystem: 'postgresql', serverAddress: 'db', serverPort: 5432 }));
    await untilIdle(job);
    await untilIdle(createSpansJob(opened.store, writer, Date.now));
    expect(await told()).toEqual(['destination GET /health 1/0', 'destination GET /orders/{id} 2/1', 'source GET 3/0', 'source SELECT orders 1/0']);
    const rows = await read();
    const toOrders = [...new Set(rows.filter((row) => row.operation.startsWith('GET')).map((row) => row.edgeId))];
    expect(operationsOf(byStoredEdge(rows), toOrders).map(({ name, sum }) => [name, sum.requests, sum.errors])).toEqual([['GET /orders/{id}', 2, 1], ['GET /health', 1, 0]]);
  });

  it('follow late spans, and what is gone is withdrawn', async () => {
    await write(...call(1, '/a'), span({ trace: 2, id: 9, app: 'web', kind: client, at, name: 'GET', httpMethod: 'GET', serverAddress: '10.0.0.9' }));
    await untilIdle(job);
    expect(await told()).toEqual(['destination GET /a 1/0', 'source GET 1/0', 'source GET 1/0']);
    await write(...call(3, '/a'), span({ trace: 2, id: 10, parent: 9, app: 'orders', kind: server, at: at + 1, httpMethod: 'GET', route: '/b' }));
    job.reset();
    await untilIdle(job);
    expect(await told()).toEqual(['destination GET /a 2/0', 'destination GET /b 1/0', 'source GET 3/0']);
    job.reset();
    expect((await job.run()).written).toBe(0);
  });

  it('land in the minute of each end, of the same edge, though the other end began in the next minute and came late', async () => {
    const end = minute * 1000 + 60_000;
    await write(span({ trace: 1, id: 1, app: 'web', kind: client, at: end - 5_000, ms: 20_000, name: 'GET', httpMethod: 'GET', serverAddress: '10.0.0.9' }));
    await untilIdle(job);
    expect(await toldAt()).toEqual(['0 web → 10.0.0.9 source GET 1']);
    await write(span({ trace: 1, id: 2, parent: 1, app: 'orders', kind: server, at: end + 5_000, httpMethod: 'GET', route: '/a' }));
    // Counterparts are looked for every few seconds.
    await vi.waitFor(async () => {
      await untilIdle(job);
      expect(await toldAt()).toEqual(['0 web → orders source GET 1', '60 web → orders destination GET /a 1']);
    }, { timeout: 150_000, interval: 500 });
  });

  it('beyond the busiest 50 of an edge are one', async () => {
    await write(...Array.from({ length: operationsPerEdge + 9 }, (_, i) => call(i, `/${i}`)).flat());
    await untilIdle(job);
    const rows = (await read()).filter((row) => row.side === 'destination');
    expect(rows).toHaveLength(operationsPerEdge + 1);
    expect(rows.find((row) => row.operation === otherOperation)?.requests).toBe(9);
  });
});

describe('the reader', () => {
  const row = (more: Partial<EdgeOperation>): EdgeOperation => ({
    tenant, bucket: minute, edge: { source: workload('c', 'shop', 'web'), destination: workload('c', 'pay', 'orders'), service: '', serviceGuessed: false, port: 0 },
    instrument: 'proxy', side: 'destination', feed: 'scrape:istio', operation: 'GET /', origin: 1n, requests: 5, errors: 1, requestsEstimated: 5, layout: envoyLayout, latency: new Map([[3, 5]]), ...more,
  });

  it('sums minutes and targets, counts what was sent twice once, and stays within scope and window', async () => {
    await writer.edgeOperations([row({}), row({ origin: 2n }), row({ bucket: minute + 60 }), row({ bucket: minute + 600 })], `block ${++blocks}`);
    await writer.edgeOperations([row({})], `block ${++blocks}`);
    expect(await read()).toMatchObject([{ operation: 'GET /', requests: 15, errors: 3, requestsEstimated: 15, latency: new Map([[3, 15]]), layout: envoyLayout }]);
    expect([(await read(['pay'])).length, (await read(['other'])).length, (await read([])).length]).toEqual([1, 0, 0]);
  });

  it('notices what was written', async () => {
    const reader = createOperationReader(opened.store);
    const before = await reader.changeToken();
    expect(await reader.changeToken()).toBe(before);
    await writer.edgeOperations([row({})], `block ${++blocks}`);
    expect(await reader.changeToken()).not.toBe(before);
  });
});
