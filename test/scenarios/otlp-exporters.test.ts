import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workload } from '@orrery/collectors/model/entity';
import { StoreUnavailable } from '@orrery/collectors/pipeline/sink';
import { startReceivers, type Receivers } from './otlp-receivers.ts';

let receivers: Receivers;
beforeEach(async () => {
  receivers = await startReceivers();
});
afterEach(() => receivers.stop());

const exporters: Record<string, (options: { compression: CompressionAlgorithm }) => SpanExporter> = {
  grpc: (options) => new GrpcExporter({ url: `http://${receivers.grpc}`, ...options }),
  'http/protobuf': (options) => new ProtobufExporter({ url: `http://${receivers.http}/v1/traces`, ...options }),
  'http/json': (options) => new JsonExporter({ url: `http://${receivers.http}/v1/traces`, ...options }),
};
const cases = Object.keys(exporters).flatMap((name) => [CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP].map((compression) => [name, compression] as const));

async function send(exporter: SpanExporter): Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'web', 'service.version': '1.4.2', 'k8s.cluster.name': 'east', 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'web' }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('shop', '2.0.0');
  const server = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER, attributes: { 'http.route': '/cart', 'http.response.status_code': 503 } }, ROOT_CONTEXT);
  const context = trace.setSpan(ROOT_CONTEXT, server);
  const client = tracer.startSpan('GET', { kind: SpanKind.CLIENT, attributes: { 'server.address': 'orders', 'server.port': 8080, 'url.full': 'http://orders:8080/cart?user=7' } }, context);
  client.addEvent('retry', { attempt: 2 });
  client.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' });
  client.end();
  server.end();
  await provider.forceFlush();
  await provider.shutdown();
}

it.each(cases)('takes what the SDK sends over %s, compression %s', async (name, compression) => {
  await send(exporters[name]!({ compression }));
  expect(receivers.rejections).toEqual([]);
  expect(receivers.spans).toHaveLength(2);
  const [client, server] = receivers.spans;
  expect(server).toMatchObject({ name: 'GET /cart', kind: 2, parentSpanId: '', route: '/cart', httpStatus: 503, status: 0 });
  expect(client).toMatchObject({
    name: 'GET', kind: 3, parentSpanId: server?.spanId, traceId: server?.traceId,
    entity: workload('east', 'shop', 'web', 'web', '1.4.2'),
    serverAddress: 'orders', serverPort: 8080, status: 2, statusMessage: 'refused', isProxy: false, sampleWeight: 1,
  });
  expect(client?.attributes.get('url.full')).toBe('http://orders:8080/cart?[redacted]');
  expect(client?.attributes.get('otel.scope.name')).toBe('shop');
  expect(client?.events).toEqual([{ timeNs: expect.any(BigInt), name: 'retry', attributes: new Map([['attempt', '2']]) }]);
  expect(client!.startNs).toBeGreaterThanOrEqual(server!.startNs);
});

// The SDK's gRPC exporter for JavaScript sends nothing again; what it is told is tested in otlp-grpc.test.ts.
it.each(['http/protobuf', 'http/json'])('is sent again over %s after a push-back', async (name) => {
  let refused = 0;
  receivers.next.push(() => {
    refused++;
    return Promise.reject(new StoreUnavailable(1000));
  });
  await send(exporters[name]!({ compression: CompressionAlgorithm.NONE }));
  expect(refused).toBe(1);
  expect(receivers.spans).toHaveLength(2);
});
