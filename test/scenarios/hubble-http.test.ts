import { hubbleConfig } from '@orrery/collectors/hubble/config';
import { createFlowsHandler } from '@orrery/collectors/hubble/flows-handler';
import { Overloaded, StoreUnavailable } from '@orrery/collectors/pipeline/sink';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleFiles, samplesMissing, sampleText, type SampleName } from './hubble-samples.ts';
import { flowSink, until, type FlowSink } from './hubble-sink.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Answer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Record<string, unknown> }
interface Served { readonly sink: FlowSink; readonly port: number; post(body: string | Buffer, headers?: Record<string, string>): Promise<Answer> }

async function serve(http: object = {}): Promise<Served> {
  const sink = flowSink();
  const handler = createFlowsHandler(hubbleConfig.parse({ http }), sink.deps);
  const server = createServer((req, res) => void handler(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const post: Served['post'] = (body, headers = {}) =>
    new Promise((resolve, reject) => {
      const req = request({ port, host: '127.0.0.1', method: 'POST', path: '/api/v1/flows', headers: { 'content-type': 'application/x-ndjson', ...headers } }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> }));
      });
      req.on('error', reject);
      req.end(body);
    });
  return { sink, port, post };
}

function lines(from: number, to: number): string {
  const flow = (id: number) => ({ flow: { time: '2026-03-01T00:00:00Z', uuid: `flow-${id}`, verdict: 'FORWARDED', IP: { source: '10.0.0.1', destination: '10.0.0.2' } }, node_name: 'node-a' });
  return Array.from({ length: to - from }, (_, i) => `${JSON.stringify(flow(from + i))}\n`).join('');
}

describe('POST /api/v1/flows', () => {
  it('answers 200 once the rows are stored', async () => {
    const { sink, post } = await serve();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let asked = false, answered = false;
    sink.beforeStore = () => {
      asked = true;
      return held;
    };
    const answer = post(lines(0, 10)).finally(() => (answered = true));
    await until(() => asked);
    expect(answered).toBe(false);
    release();
    expect(await answer).toMatchObject({ status: 200, body: { received: 10, stored: 10, rejectedCount: 0, rejected: [] } });
    expect(sink.rows.size).toBe(10);
  });

  it('takes gzip and every media type of JSON lines', async () => {
    const { sink, post } = await serve();
    expect(await post(gzipSync(lines(0, 6000)), { 'content-encoding': 'gzip' })).toMatchObject({ status: 200, body: { stored: 6000 } });
    expect(await post(lines(6000, 6001), { 'content-type': 'application/jsonl; charset=utf-8' })).toMatchObject({ status: 200 });
    expect(await post(lines(6001, 6002).trim(), { 'content-type': 'application/json' })).toMatchObject({ status: 200 });
    expect(sink.rows.size).toBe(6002);
    expect(await post('a,b', { 'content-type': 'text/csv' })).toMatchObject({ status: 415 });
    expect(await post('x', { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
  });

  it('stores what is too old to become an edge, and tells it', async () => {
    const { sink, post } = await serve();
    const opened = (hoursAgo: number, reason = 'NEW') => JSON.stringify({ flow: { time: new Date(Date.now() - hoursAgo * 3_600_000).toISOString(), verdict: 'FORWARDED', trace_reason: reason, IP: { source: '10.0.0.1', destination: '10.0.0.2' }, l4: { TCP: { source_port: 4000, destination_port: 80 } }, source: { namespace: 'shop', pod_name: 'cart-1' } } });
    expect(await post([opened(7), opened(8), opened(7, 'ESTABLISHED'), opened(5)].join('\n'))).toMatchObject({ status: 200, body: { received: 4, stored: 4, rejectedCount: 0 } });
    expect(sink.rejections.map(({ reason, count }) => [reason, count])).toEqual([['older than 6 h when it came: stored, but in no edge', 2]]);
    expect((['received', 'stored', 'rejected', 'dropped'] as const).map((count) => sink.total(count))).toEqual([4, 4, 0, 0]);
  });

  it('names the first bad lines and stores the rest', async () => {
    const { sink, post } = await serve();
    const bad = Array.from({ length: 30 }, () => '{"flow":{"time":"yesterday"}}').join('\n');
    const answer = await post(`${lines(0, 3)}\n{broken\n{"hello":1}\n${bad}\n${lines(3, 5)}{"lost_events":{"num_events_lost":"9"}}`);
    expect(answer).toMatchObject({ status: 200, body: { received: 37, stored: 5, rejectedCount: 32 } });
    const rejected = answer.body['rejected'] as { line: number; reason: string }[];
    expect(rejected.length).toBe(20);
    expect(rejected.slice(0, 3)).toEqual([
      { line: 5, reason: 'not JSON' },
      { line: 6, reason: 'the line is not a Hubble flow' },
      { line: 7, reason: 'time is not an RFC 3339 time' },
    ]);
    expect([sink.total('received'), sink.total('stored'), sink.total('rejected'), sink.total('lostUpstream')]).toEqual([37, 5, 32, 9]);
  });

  it('answers 400 when nothing is good, and for what only claims to be gzip', async () => {
    const { post } = await serve();
    expect(await post('nothing\ngood\n')).toMatchObject({ status: 400, body: { received: 2, stored: 0, rejectedCount: 2 } });
    expect(await post('plain text', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400, body: { error: 'the body is not gzip' } });
    expect(await post(gzipSync(lines(0, 100)).subarray(0, 60), { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
    expect(await post('')).toMatchObject({ status: 200, body: { received: 0, stored: 0 } });
  });

  it('bounds the body after decompression, and a line', async () => {
    const { sink, post } = await serve({ maxRequestBytes: 3 << 20 });
    const bomb = gzipSync(Buffer.alloc(64 << 20, 0x20));
    expect(await post(bomb, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
    expect(await post(`${lines(0, 1)}${'x'.repeat((1 << 20) + 1)}\n${lines(1, 2)}`)).toMatchObject({ status: 200, body: { stored: 2, rejected: [{ line: 2, reason: 'the line is too long' }] } });
    expect(sink.rows.size).toBe(2);
  });

  it('pushes back when the queue is full or the store is away; the same request again then counts once', async () => {
    const { sink, post } = await serve();
    sink.failures.push(new Overloaded(1500), new StoreUnavailable(700));
    expect(await post(lines(0, 4))).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
    expect(await post(lines(0, 4))).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await post(lines(0, 4))).toMatchObject({ status: 200, body: { stored: 4 } });
    expect(await post(lines(0, 4))).toMatchObject({ status: 200 });
    expect(sink.rows.size).toBe(4);
  });

  it('reads no more requests at one time than it may, and is free again after a sender went away', async () => {
    const { sink, port, post } = await serve({ maxRequests: 1 });
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: 100000\r\n\r\n${lines(0, 1)}`);
    let busy = await post(lines(1, 2));
    while (busy.status !== 429) busy = await post(lines(1, 2));
    expect(busy.headers['retry-after']).toBe('1');
    socket.destroy();
    while ((await post(lines(1, 2))).status !== 200) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sink.rows.size).toBeGreaterThan(0);
  });

  it.skipIf(samplesMissing !== '')(`takes ten real files${samplesMissing === '' ? '' : ` (skipped: ${samplesMissing})`}`, async () => {
    const { sink, post } = await serve();
    for (const name of Object.keys(sampleFiles) as SampleName[]) {
      expect(await post(gzipSync(sampleText(name)), { 'content-encoding': 'gzip' })).toMatchObject({ status: 200, body: { rejectedCount: 0 } });
    }
    expect(sink.rows.size).toBe(1855);
    expect(sink.total('stored')).toBe(1922);
  });
});
