import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Overloaded, StoreUnavailable } from '@orrery/collectors/pipeline/sink';
import { oneSpan, startReceivers, type Receivers } from './otlp-receivers.ts';
import { encodeRequest, exportResponse, retryInfo, rpcStatus, type OtlpJson } from './otlp-schema.ts';

let receivers: Receivers;
beforeEach(async () => {
  receivers = await startReceivers({ maxRequestBytes: 65_536 });
});
afterEach(() => receivers.stop());

const protobufType = { 'content-type': 'application/x-protobuf' };
const jsonType = { 'content-type': 'application/json' };

function post(body: Uint8Array | string, headers: Record<string, string>, path = '/v1/traces'): Promise<Response> {
  return fetch(`http://${receivers.http}${path}`, { method: 'POST', body: typeof body === 'string' ? body : Buffer.from(body), headers });
}

async function protobufBody(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe('success', () => {
  it('answers in the encoding of the request, with nothing in it when all is stored', async () => {
    const request = oneSpan();
    const protobuf = await post(encodeRequest(request), protobufType);
    expect([protobuf.status, protobuf.headers.get('content-type'), (await protobufBody(protobuf)).length]).toEqual([200, 'application/x-protobuf', 0]);
    const json = await post(JSON.stringify(request), { 'content-type': 'application/json; charset=utf-8' });
    expect([json.status, json.headers.get('content-type'), await json.json()]).toEqual([200, 'application/json', {}]);
    expect(receivers.spans).toHaveLength(2);
    expect(receivers.spans[0]).toEqual(receivers.spans[1]);
  });

  it('takes an empty request', async () => {
    expect((await post('', protobufType)).status).toBe(200);
    expect((await post('{}', jsonType)).status).toBe(200);
    expect(receivers.rejections).toEqual([]);
  });

  it('takes gzip', async () => {
    expect((await post(gzipSync(encodeRequest(oneSpan())), { ...protobufType, 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await post(gzipSync(JSON.stringify(oneSpan())), { ...jsonType, 'content-encoding': 'gzip' })).status).toBe(200);
    expect(receivers.spans).toHaveLength(2);
  });

  it('acknowledges only after the sink has the spans', async () => {
    let store = (): void => undefined;
    receivers.next.push(() => new Promise((resolve) => (store = resolve)));
    let answered = false;
    const response = post(encodeRequest(oneSpan()), protobufType).then((r) => {
      answered = true;
      return r;
    });
    while (receivers.next.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    // Another exchange over the same server passes in the meantime, so the first one had its chance.
    expect((await post('{}', jsonType)).status).toBe(200);
    expect(answered).toBe(false);
    store();
    expect((await response).status).toBe(200);
  });
});

describe('partial success', () => {
  const mixed = (): OtlpJson => {
    const json = oneSpan();
    const list = (json['resourceSpans'] as { scopeSpans: { spans: OtlpJson[] }[] }[])[0]!.scopeSpans[0]!.spans;
    list.push({ ...list[0], spanId: '0000000000000000' }, { ...list[0], endTimeUnixNano: '1000000000000000000' });
    return json;
  };
  const message = 'rejected 2 of 3 spans: 1 × span id is all zeros, 1 × ends before it starts';

  it('keeps the sound spans and names the others', async () => {
    const json = await post(JSON.stringify(mixed()), jsonType);
    expect([json.status, await json.json()]).toEqual([200, { partialSuccess: { rejectedSpans: '2', errorMessage: message } }]);
    const protobuf = await post(encodeRequest(mixed()), protobufType);
    const decoded = exportResponse.toObject(exportResponse.decode(await protobufBody(protobuf)), { longs: Number });
    expect(decoded).toEqual({ partialSuccess: { rejectedSpans: 2, errorMessage: message } });
    expect(receivers.spans).toHaveLength(2);
    expect(receivers.rejections.map((r) => [r.source, r.reason, r.count])).toEqual([
      ['otlp-http', 'span id is all zeros', 1], ['otlp-http', 'ends before it starts', 1],
      ['otlp-http', 'span id is all zeros', 1], ['otlp-http', 'ends before it starts', 1],
    ]);
    expect(receivers.rejections[0]?.sample).toMatch(/^\{"traceId":"5b8efff798038103/);
    expect(receivers.rejections[2]?.sample).toMatch(/^\\x0a\\x10\[\\x8e/);
  });

  it('names and counts what a span says wrong of its sampling, and keeps the span', async () => {
    const sampleRate = (text: string): OtlpJson => ({ attributes: [{ key: 'SampleRate', value: { stringValue: text } }] });
    for (const over of [sampleRate('20'), sampleRate('0'), { traceState: 'ot=th:xyz' }]) expect((await post(JSON.stringify(oneSpan(over)), jsonType)).status).toBe(200);
    expect(receivers.spans.map((span) => span.sampleWeight)).toEqual([20, 1, 1]);
    expect(receivers.rejections.map((r) => [r.reason, r.count])).toEqual([['sampling multiplier is not a number from 1 to 1048576: not taken', 1], ['tracestate ot=th is malformed: not taken', 1]]);
  });

  it('reports received = stored + rejected', async () => {
    await post(JSON.stringify(mixed()), jsonType);
    await post('not json', jsonType);
    await receivers.stop();
    const sum = (key: 'received' | 'stored' | 'rejected' | 'dropped') => receivers.reports.filter((r) => r.source === 'otlp-http').reduce((n, r) => n + r[key], 0);
    expect([sum('received'), sum('stored'), sum('rejected'), sum('dropped')]).toEqual([4, 1, 3, 0]);
    expect(Math.max(...receivers.reports.map((r) => r.newestMs))).toBeGreaterThan(Date.now() - 3_600_000);
    receivers = await startReceivers();
  });
});

describe('refusals', () => {
  it('answers 400 with a Status in the encoding of the request when it cannot be decoded', async () => {
    const json = await post('{"resourceSpans": [', jsonType);
    expect([json.status, json.headers.get('content-type')]).toEqual([400, 'application/json']);
    expect(await json.json()).toEqual({ code: 3, message: expect.stringMatching(/^not a JSON ExportTraceServiceRequest: invalid JSON/) });
    const protobuf = await post(encodeRequest(oneSpan()).subarray(0, 40), protobufType);
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
    const status = rpcStatus.toObject(rpcStatus.decode(await protobufBody(protobuf)));
    expect(status).toEqual({ code: 3, message: expect.stringMatching(/truncated: \d+ bytes announced, \d+ left at byte 1 in field 1$/) });
    expect((await post('no gzip', { ...jsonType, 'content-encoding': 'gzip' })).status).toBe(400);
    expect(receivers.rejections.map((r) => r.reason)).toEqual(['request is not decodable', 'request is not decodable', 'request is refused']);
  });

  it('names paths, methods and types that it does not take', async () => {
    const metrics = await post('{}', jsonType, '/v1/metrics');
    expect([metrics.status, await metrics.json()]).toEqual([404, { code: 12, message: '/v1/metrics is not received here: Orrery takes traces at /v1/traces' }]);
    expect((await post('', protobufType, '/v1/logs')).status).toBe(404);
    expect((await post('{}', jsonType, '/')).status).toBe(404);
    const get = await fetch(`http://${receivers.http}/v1/traces`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect((await post('{}', { 'content-type': type })).status).toBe(415);
    }
    expect((await post('{}', { ...jsonType, 'content-encoding': 'br' })).status).toBe(415);
    expect(receivers.spans).toEqual([]);
  });

  it('holds the size limit before and after decompression', async () => {
    const large = JSON.stringify(oneSpan({ name: 'x'.repeat(70_000) }));
    const plain = await post(large, jsonType);
    expect([plain.status, await plain.json()]).toEqual([413, { code: 8, message: expect.stringContaining('at most 65536 are taken') }]);
    const zipped = gzipSync(large);
    expect(zipped.length).toBeLessThan(65_536);
    expect((await post(zipped, { ...jsonType, 'content-encoding': 'gzip' })).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    expect(bomb.length).toBeLessThan(65_536);
    expect((await post(bomb, { ...protobufType, 'content-encoding': 'gzip' })).status).toBe(413);
    expect(receivers.rejections.map(({ source, reason, count }) => [source, reason, count])).toEqual(Array.from({ length: 3 }, () => ['otlp-http', 'request is refused', 1]));
  });

  it('holds the size limit for a body of unknown length', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const [host, port] = receivers.http.split(':');
      const request = httpRequest({ host, port, path: '/v1/traces', method: 'POST', headers: jsonType }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      for (let i = 0; i < 20; i++) request.write(Buffer.alloc(8192, 0x20));
      request.end();
    });
    expect(status).toBe(413);
  });

  it('pushes back with Retry-After', async () => {
    receivers.next.push(() => Promise.reject(new Overloaded(1500)), () => Promise.reject(new StoreUnavailable(3000)), () => Promise.reject(new Error('secret detail')));
    const busy = await post(encodeRequest(oneSpan()), protobufType);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '2']);
    const status = rpcStatus.toObject(rpcStatus.decode(await protobufBody(busy)), { bytes: Buffer }) as { code: number; details: { type_url: string; typeUrl: string; value: Buffer }[] };
    expect(status.code).toBe(8);
    expect(status.details[0]?.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo');
    expect(retryInfo.toObject(retryInfo.decode(status.details[0]!.value), { longs: Number })).toEqual({ retryDelay: { seconds: 1, nanos: 500_000_000 } });
    const down = await post(JSON.stringify(oneSpan()), jsonType);
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '3']);
    const fault = await post(JSON.stringify(oneSpan()), jsonType);
    expect([fault.status, await fault.json()]).toEqual([503, { code: 14, message: 'the spans could not be stored', details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '5s' }] }]);
    await receivers.stop();
    expect(receivers.reports.reduce((n, r) => n + r.received, 0)).toBe(0);
    expect(receivers.reports.at(-1)?.error).toBe('the spans could not be stored');
    receivers = await startReceivers();
  });
});

describe('many requests at once', () => {
  it('hold so many bytes together and no more, as they arrive and once they are inflated', async () => {
    await receivers.stop();
    receivers = await startReceivers({ maxRequestBytes: 1 << 20, maxInFlightBytes: 1 << 20 });
    const [host, port] = receivers.http.split(':');
    const first = httpRequest({ host, port, path: '/v1/traces', method: 'POST', headers: jsonType }).on('error', () => undefined);
    await new Promise<void>((resolve) => { first.write(Buffer.alloc(600_000, 0x20), () => { resolve(); }); });
    const large = JSON.stringify(oneSpan({ name: 'x'.repeat(900_000) })), zipped = gzipSync(large);
    const both = (): Promise<Response[]> => Promise.all([post(large, jsonType), post(zipped, { ...jsonType, 'content-encoding': 'gzip' })]);
    // The first may still be on its way.
    const [plain, swelling] = await vi.waitFor(async () => {
      const answers = await both();
      expect(answers.map(({ status }) => status)).toEqual([429, 429]);
      return answers;
    }, { timeout: 10_000 });
    expect([plain!.headers.get('retry-after'), swelling!.headers.get('retry-after')]).toEqual(['1', '1']);
    expect(await swelling!.json()).toMatchObject({ code: 8, message: 'too many requests are in work' });
    first.destroy();
    for (const body of [large, zipped]) await vi.waitFor(async () => { expect((await post(body, body === large ? jsonType : { ...jsonType, 'content-encoding': 'gzip' })).status).toBe(200); }, { timeout: 10_000 });
    expect(receivers.rejections).toEqual([]);
  });
});

describe('pages in a browser', () => {
  /** Posts as a browser or a sender under another name would: fetch sets `Host` itself. */
  const send = (headers: Record<string, string>, method = 'POST'): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }> => new Promise((resolve, reject) => {
    const [host, port] = receivers.http.split(':');
    const request = httpRequest({ host, port, path: '/v1/traces', method, headers: { ...jsonType, ...headers } }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString())).on('end', () => { resolve({ status: response.statusCode, headers: response.headers, body }); });
    });
    request.on('error', reject);
    request.end(method === 'POST' ? JSON.stringify(oneSpan()) : undefined);
  });
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-tenant' };

  it('send nothing: from elsewhere, from another port of this machine, under a name that was made to point here', async () => {
    const port = receivers.http.split(':')[1]!;
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' }, { origin: 'null' }, { origin: `http://localhost:${port}` }, { origin: 'http://localhost:5173' },
      { host: `evil.example:${port}`, origin: `http://evil.example:${port}` }, { host: `evil.example:${port}` }, { host: '127.0.0.1.nip.io' },
    ];
    const answers = [];
    for (const headers of foreign) answers.push(await send(headers));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 421, 421]);
    expect(JSON.parse(answers[0]!.body)).toEqual({ code: 7, message: expect.stringContaining('otlp.allowedOrigins') as string });
    const asked = await send({ origin: 'https://evil.example', ...preflight }, 'OPTIONS');
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect(receivers.spans).toEqual([]);
    expect(receivers.rejections.filter(({ reason }) => reason === 'request is refused').length).toBeGreaterThanOrEqual(foreign.length);
  });

  it('are no reason to refuse a sender, whatever the network calls this machine', async () => {
    for (const host of ['localhost', 'LOCALHOST:4318', '127.0.0.1', '[::1]:4318', '192.168.1.7:4318', 'orrery', 'host.docker.internal:4318']) expect((await send({ host })).status).toBe(200);
    expect(receivers.spans).toHaveLength(7);
  });

  it('send telemetry where they are configured, after asking', async () => {
    await receivers.stop();
    receivers = await startReceivers({ allowedOrigins: ['https://shop.example/'], allowedHosts: ['Telemetry.example'] });
    const page = { host: 'telemetry.example:4318', origin: 'https://shop.example' };
    const asked = await send({ ...page, ...preflight }, 'OPTIONS');
    expect([asked.status, asked.headers]).toEqual([204, expect.objectContaining({ 'access-control-allow-origin': 'https://shop.example', 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type,x-tenant', vary: 'Origin' })]);
    const sent = await send(page);
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, 'https://shop.example']);
    expect((await send({ ...page, origin: 'https://shop.example.evil.example' })).status).toBe(403);
    expect(receivers.spans).toHaveLength(1);
  });

  it('do not matter to a receiver that is open to the network and has a name there', async () => {
    await receivers.stop();
    receivers = await startReceivers({ host: '0.0.0.0', allowInsecureBind: true });
    expect((await send({ host: 'orrery.monitoring.svc.cluster.local:4318' })).status).toBe(200);
    expect((await send({ host: 'orrery.monitoring.svc:4318', origin: 'http://orrery.monitoring.svc:4318' })).status).toBe(403);
  });
});

describe('connections', () => {
  it('cuts off a sender that is too slow', async () => {
    await receivers.stop();
    receivers = await startReceivers({ requestTimeoutSeconds: 1 });
    const [host = '', port] = receivers.http.split(':');
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(port), host, () => socket.write('POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'));
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('lets a request in flight finish when it stops, and waits for nothing else', async () => {
    const [host = '', port] = receivers.http.split(':');
    const silent = connect(Number(port), host), half = connect(Number(port), host);
    const gone = [silent, half].map((socket) => new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve)));
    half.write('POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
    let store = (): void => undefined;
    receivers.next.push(() => new Promise((resolve) => (store = resolve)));
    const response = post(encodeRequest(oneSpan()), protobufType);
    while (receivers.next.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = receivers.stop();
    await Promise.all(gone);
    store();
    expect((await response).status).toBe(200);
    await stopped;
    expect(receivers.spans).toHaveLength(1);
    await expect(post('{}', jsonType)).rejects.toThrow();
    receivers = await startReceivers();
  });
});
