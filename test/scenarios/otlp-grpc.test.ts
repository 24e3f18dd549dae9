import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ByteBudget } from '@orrery/collectors/otlp/byte-budget';
import { createDecodeContext } from '@orrery/collectors/otlp/decode-context';
import { openGrpcReceiver } from '@orrery/collectors/otlp/grpc-receiver';
import { TraceIntake } from '@orrery/collectors/otlp/trace-intake';
import { Overloaded, StoreUnavailable } from '@orrery/collectors/pipeline/sink';
import { flowSink } from './hubble-sink.ts';
import { oneSpan, startReceivers, type Receivers } from './otlp-receivers.ts';
import { encodeRequest, exportResponse, retryInfo, rpcStatus } from './otlp-schema.ts';

const exportPath = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

let receivers: Receivers;
let client: Client;
beforeEach(async () => {
  receivers = await startReceivers({ maxRequestBytes: 65_536 });
  client = new Client(receivers.grpc, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await receivers.stop();
});

const raw = (bytes: Buffer): Buffer => bytes;

function call(body: Uint8Array, path = exportPath, options: Record<string, unknown> = {}, of = client): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    of.makeUnaryRequest(path, raw, raw, Buffer.from(body), new Metadata(), options, (error, response) => (error ? reject(error) : resolve(response ?? Buffer.alloc(0))));
  });
}

function totals(reports: Receivers['reports']): { received: number; stored: number; rejected: number } {
  const sum = (of: (report: Receivers['reports'][number]) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return { received: sum((one) => one.received), stored: sum((one) => one.stored), rejected: sum((one) => one.rejected) };
}

async function failure(promise: Promise<unknown>): Promise<ServiceError> {
  return promise.then(() => expect.unreachable(), (error: unknown) => error as ServiceError);
}

describe('success', () => {
  it('answers with an empty response once the spans are stored', async () => {
    expect((await call(encodeRequest(oneSpan()))).length).toBe(0);
    expect((await call(Buffer.alloc(0))).length).toBe(0);
    expect(receivers.spans.map((s) => s.name)).toEqual(['GET /']);
  });

  it('takes gzip', async () => {
    const zipped = new Client(receivers.grpc, credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 });
    await call(encodeRequest(oneSpan()), exportPath, {}, zipped);
    zipped.close();
    expect(receivers.spans).toHaveLength(1);
  });

  it('names rejected spans in partial_success', async () => {
    const response = await call(encodeRequest(oneSpan({ traceId: '00' })));
    expect(exportResponse.toObject(exportResponse.decode(response), { longs: Number })).toEqual({
      partialSuccess: { rejectedSpans: 1, errorMessage: 'rejected 1 of 1 spans: 1 × trace id is not 16 bytes' },
    });
    expect(receivers.rejections).toMatchObject([{ source: 'otlp-grpc', reason: 'trace id is not 16 bytes', count: 1 }]);
  });
});

describe('refusals', () => {
  it('answers INVALID_ARGUMENT to what is no request', async () => {
    const error = await failure(call(Buffer.from([0x0a, 0x7f])));
    expect([error.code, error.details]).toEqual([status.INVALID_ARGUMENT, 'not a protobuf ExportTraceServiceRequest: truncated: 127 bytes announced, 0 left at byte 1 in field 1']);
    expect(error.metadata.get('grpc-status-details-bin')).toHaveLength(1);
  });

  it('answers UNIMPLEMENTED to other signals', async () => {
    for (const signal of ['metrics.v1.MetricsService', 'logs.v1.LogsService']) {
      const error = await failure(call(Buffer.alloc(0), `/opentelemetry.proto.collector.${signal}/Export`));
      expect(error.code).toBe(status.UNIMPLEMENTED);
    }
  });

  it('holds the size limit before and after decompression, for good', async () => {
    const large = encodeRequest(oneSpan({ name: 'x'.repeat(70_000) }));
    const plain = await failure(call(large));
    expect(plain.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(plain.metadata.get('grpc-status-details-bin')).toEqual([]);
    const zipped = new Client(receivers.grpc, credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 });
    expect((await failure(call(large, exportPath, {}, zipped))).code).toBe(status.RESOURCE_EXHAUSTED);
    zipped.close();
    expect((await call(encodeRequest(oneSpan()))).length).toBe(0);
    expect(receivers.rejections.map(({ source, reason, count, sample }) => [source, reason, count, sample])).toEqual([
      ['otlp-grpc', 'request is refused', 1, expect.stringContaining('larger than max')],
      ['otlp-grpc', 'request is refused', 1, 'the request is larger than 65536 bytes when decompressed'],
    ]);
    await receivers.stop();
    expect(totals(receivers.reports)).toEqual({ received: 3, stored: 1, rejected: 2 });
    receivers = await startReceivers();
  });

  it('does not count a sender that goes away or gives up as a refusal', async () => {
    let store = (): void => undefined;
    receivers.next.push(() => new Promise((resolve) => (store = resolve)));
    expect((await failure(call(encodeRequest(oneSpan()), exportPath, { deadline: Date.now() + 300 }))).code).toBe(status.DEADLINE_EXCEEDED);
    store();
    expect((await call(encodeRequest(oneSpan()))).length).toBe(0);
    expect(receivers.rejections).toEqual([]);
  });

  it('pushes back with RetryInfo', async () => {
    receivers.next.push(() => Promise.reject(new Overloaded(1500)), () => Promise.reject(new StoreUnavailable(3000)));
    const expected = [[status.RESOURCE_EXHAUSTED, { seconds: 1, nanos: 500_000_000 }], [status.UNAVAILABLE, { seconds: 3, nanos: 0 }]] as const;
    for (const [code, retryDelay] of expected) {
      const error = await failure(call(encodeRequest(oneSpan())));
      expect(error.code).toBe(code);
      const details = rpcStatus.toObject(rpcStatus.decode(error.metadata.get('grpc-status-details-bin')[0] as Buffer)) as { code: number; details: { value: Uint8Array }[] };
      expect(details.code).toBe(code);
      expect(retryInfo.toObject(retryInfo.decode(details.details[0]!.value), { longs: Number, defaults: true })).toEqual({ retryDelay });
    }
    expect(receivers.spans).toEqual([]);
    await call(encodeRequest(oneSpan()));
    expect(receivers.spans).toHaveLength(1);
  });
});

describe('many requests at once', () => {
  const mebibyte = 1 << 20;
  beforeEach(async () => {
    client.close();
    await receivers.stop();
    receivers = await startReceivers({ maxRequestBytes: mebibyte, maxInFlightBytes: mebibyte, requestTimeoutSeconds: 2 });
    client = new Client(receivers.grpc, credentials.createInsecure());
  });

  /** Announces a message, sends so much of it and no more; resolves once that has been read or refused, with the trailers where it was. */
  async function begin(bytes: number): Promise<{ readonly status: Promise<Record<string, unknown>>; cancel(): Promise<void> }> {
    const session = connectHttp2(`http://${receivers.grpc}`).on('error', () => undefined);
    const stream = session.request({ ':method': 'POST', ':path': exportPath, 'content-type': 'application/grpc', te: 'trailers' }).on('error', () => undefined).resume();
    const answered = new Promise<Record<string, unknown>>((resolve) => stream.once('response', (headers) => { resolve({ ...headers }); }));
    const header = Buffer.alloc(5);
    header.writeUInt32BE(mebibyte, 1);
    // What was written has been read, all but the last window, once it left; or the call was ended before.
    await new Promise<void>((resolve) => {
      stream.once('close', () => { resolve(); });
      stream.write(Buffer.concat([header, Buffer.alloc(bytes)]), () => { resolve(); });
    });
    return {
      status: answered,
      cancel: () => new Promise((resolve) => {
        session.once('close', () => { resolve(); });
        session.destroy();
      }),
    };
  }

  const answeredAtLast = (body: Uint8Array, of = client): Promise<Buffer> => vi.waitFor(() => call(body, exportPath, {}, of), { timeout: 10_000 });

  it('hold so many bytes together and no more, while they arrive', async () => {
    const first = await begin(600_000), second = await begin(600_000);
    const refused = await second.status;
    expect([refused['grpc-status'], refused['grpc-message'], typeof refused['grpc-status-details-bin']]).toEqual(['8', 'too%20many%20requests%20are%20in%20work', 'string']);
    await first.cancel();
    await second.cancel();
    await answeredAtLast(encodeRequest(oneSpan({ name: 'x'.repeat(900_000) })));
    expect(receivers.spans).toHaveLength(1);
    // It comes again: nothing was lost, nothing is counted.
    expect(receivers.rejections).toEqual([]);
  });

  it('and once they are inflated', async () => {
    const zipped = new Client(receivers.grpc, credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 });
    const first = await begin(600_000), swelling = encodeRequest(oneSpan({ name: 'x'.repeat(900_000) }));
    const refused = await failure(call(swelling, exportPath, {}, zipped));
    expect([refused.code, refused.details, refused.metadata.get('grpc-status-details-bin').length]).toEqual([status.RESOURCE_EXHAUSTED, 'too many requests are in work', 1]);
    await first.cancel();
    await answeredAtLast(swelling, zipped);
    zipped.close();
    expect(receivers.rejections).toEqual([]);
  });

  it('are not kept waiting by one that does not go on', async () => {
    const stalled = await begin(600_000);
    expect((await stalled.status)['grpc-status']).toBe(String(status.DEADLINE_EXCEEDED));
    await answeredAtLast(encodeRequest(oneSpan({ name: 'x'.repeat(900_000) })));
    await stalled.cancel();
  });
});

describe('connections', () => {
  it('bears a client that pings often', async () => {
    const pinging = new Client(receivers.grpc, credentials.createInsecure(), { 'grpc.keepalive_time_ms': 50, 'grpc.keepalive_permit_without_calls': 1 });
    await call(encodeRequest(oneSpan()), exportPath, {}, pinging);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await call(encodeRequest(oneSpan()), exportPath, {}, pinging);
    pinging.close();
    expect(receivers.spans).toHaveLength(2);
  });

  it('does not take more connections than it may', async () => {
    client.close();
    await receivers.stop();
    receivers = await startReceivers({ maxConnections: 1 });
    const [host = '', port] = receivers.grpc.split(':');
    const open = connect(Number(port), host);
    await new Promise((resolve) => open.once('connect', resolve));
    const refused = connect(Number(port), host);
    refused.on('error', () => undefined);
    await new Promise((resolve) => refused.once('close', resolve));
    open.destroy();
    client = new Client(receivers.grpc, credentials.createInsecure());
    await new Promise((resolve) => open.once('close', resolve));
    expect((await call(encodeRequest(oneSpan()), exportPath, { deadline: Date.now() + 30_000 })).length).toBe(0);
  });

  it('lets a call in flight finish when it stops, and waits for nothing else', async () => {
    const [host = '', port] = receivers.grpc.split(':');
    const silent = connect(Number(port), host);
    const gone = new Promise((resolve) => silent.resume().on('error', () => undefined).once('close', resolve));
    await new Promise((resolve) => silent.once('connect', resolve));
    let store = (): void => undefined;
    receivers.next.push(() => new Promise((resolve) => (store = resolve)));
    const response = call(encodeRequest(oneSpan()));
    while (receivers.next.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = receivers.stop();
    await gone;
    store();
    await response;
    await stopped;
    expect(receivers.spans).toHaveLength(1);
    receivers = await startReceivers();
  });

  it('does not wait for a sender that stops in the middle of its first words or of a request', async () => {
    const context = createDecodeContext({ redact: true, limits: { maxAttributes: 8, maxValueLength: 64, maxEvents: 1 } });
    const budget = new ByteBudget(1 << 20), intake = new TraceIntake('otlp-grpc', flowSink().deps, context, budget);
    const receiver = await openGrpcReceiver({ intake, budget, host: '127.0.0.1', port: 0, maxConnections: 4, maxRequestBytes: 65_536, requestTimeoutMs: 3_600_000 });
    const greeting = connect({ port: Number(receiver.address.split(':')[1]), host: '127.0.0.1', allowHalfOpen: true });
    const greetingGone = new Promise((resolve) => greeting.resume().on('error', () => undefined).once('close', resolve));
    greeting.write('PRI * HTTP/2.0');
    const session = connectHttp2(`http://${receiver.address}`).on('error', () => undefined);
    const sessionGone = new Promise((resolve) => session.once('close', resolve));
    const half = session.request({ ':method': 'POST', ':path': exportPath, 'content-type': 'application/grpc', te: 'trailers' }).on('error', () => undefined);
    half.write(Buffer.of(0, 0, 0, 1, 0, 1));
    // Both have been read once a request that was sent after them is answered.
    const other = new Client(receiver.address, credentials.createInsecure());
    await call(Buffer.alloc(0), exportPath, {}, other);
    other.close();
    // A grace that no test would live to see the end of.
    await receiver.stop(3_600_000);
    greeting.end();
    await Promise.all([greetingGone, sessionGone]);
  });
});
