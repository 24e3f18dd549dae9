import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { application, workload } from '../model/entity.ts';
import type { Span } from '../model/span.ts';
import { createDecodeContext } from './decode-context.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';

const data = resolve(import.meta.dirname, '../../../../shared/data');
const envelope = { tenant: 'default', nowMs: Date.UTC(2100, 0) };
const context = createDecodeContext({ redact: true, limits: { maxAttributes: 128, maxValueLength: 8192, maxEvents: 128 } });

/** A file of shared test data, or null with the test skipped: it is not part of the repository. */
function sample(path: string, skip: (note: string) => void): Buffer | null {
  const file = resolve(data, path);
  if (existsSync(file)) return readFileSync(file);
  skip(`test data ${path} is not here`);
  return null;
}

/** Messages one after the other, each after its length as a varint. */
function delimited(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let pos = 0; pos < bytes.length; ) {
    let length = 0, shift = 0, byte = 0x80;
    for (; byte >= 0x80; shift += 7) {
      byte = bytes[pos++]!;
      length |= (byte & 0x7f) << shift;
    }
    messages.push(bytes.subarray(pos, pos + length));
    pos += length;
  }
  return messages;
}

it('reads the spans of a real Envoy', ({ skip }) => {
  const bytes = sample('envoy-real/a/otlp/traces.bin', skip);
  if (bytes === null) return;
  const spans: Span[] = [];
  for (const message of delimited(bytes)) {
    const decoded = decodeProtobuf(message, context, envelope);
    expect(decoded.rejections).toEqual([]);
    spans.push(...decoded.spans);
  }
  expect(spans).toHaveLength(2424);
  expect(spans.every((s) => s.isProxy && s.entity.namespace === 'shop')).toBe(true);
  expect(new Set(spans.map((s) => s.entity.app))).toEqual(new Set(['web', 'gateway', 'reviews', 'ratings']));
  expect(new Set(spans.filter((s) => s.entity.kind === 'gateway').map((s) => s.entity.app))).toEqual(new Set(['gateway']));
  const attempt = spans.find((s) => s.kind === 3 && s.upstreamCluster === 'outbound|8080||reviews.shop.svc.cluster.local' && s.httpStatus === 503);
  expect(attempt).toMatchObject({ entity: application('', 'shop', 'web'), networkPeerAddress: expect.stringMatching(/^127\.0\.1\.[23]$/), status: 2 });
  const grpc = spans.find((s) => s.kind === 2 && s.grpcStatus === 14);
  expect(grpc).toMatchObject({ route: 'shop.Ratings/Down', httpStatus: 200, httpMethod: 'POST' });
  expect(spans.filter((s) => s.upstreamCluster.startsWith('inbound|')).length).toBeGreaterThan(500);
});

it('reads the example of the OTLP specification', ({ skip }) => {
  const bytes = sample('conformance/opentelemetry-proto/examples/trace.json', skip);
  if (bytes === null) return;
  const { spans, rejections } = decodeJson(bytes, context, envelope);
  expect(rejections).toEqual([]);
  expect(spans).toMatchObject([{
    traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', parentSpanId: 'eee19b7ec3c1b173',
    name: "I'm a server span", kind: 2, startNs: 1_544_712_660_000_000_000n, durationNs: 1_000_000_000n, entity: application('', '', 'my.service'),
  }]);
  expect(Object.fromEntries(spans[0]!.attributes)).toEqual({ 'my.span.attr': 'some value', 'otel.scope.name': 'my.library', 'otel.scope.version': '1.0.0' });
});

it('reads a real Istio trace', ({ skip }) => {
  const bytes = sample('envoy-family/traces/kiali-tempo-istio-trace.json', skip);
  if (bytes === null) return;
  // Tempo writes plain protobuf JSON: base64 ids and names of enums, where OTLP has hex and numbers.
  const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
  const otlp = JSON.stringify(JSON.parse(bytes.toString().replace('"batches"', '"resourceSpans"')), (key, value: unknown) => {
    if (/^(?:traceId|spanId|parentSpanId)$/.test(key)) return Buffer.from(String(value), 'base64').toString('hex').toUpperCase();
    return key === 'kind' ? kinds.indexOf(String(value).replace('SPAN_KIND_', '')) : value;
  });
  const { spans, rejections } = decodeJson(Buffer.from(otlp), context, envelope);
  expect(rejections).toEqual([]);
  expect(spans[0]?.entity).toMatchObject({ kind: 'gateway', namespace: 'istio-system', name: 'istio-ingressgateway' });
  const productpage = spans.find((s) => s.kind === 2 && s.entity.app === 'productpage');
  expect(productpage?.entity).toEqual(workload('', 'bookinfo', 'productpage-v1', 'productpage', 'v1'));
  expect(new Set(spans.map((s) => s.traceId)).size).toBe(1);
  expect(spans.every((s) => s.httpStatus === 200 && s.httpMethod === 'GET')).toBe(true);
});
