import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecodeContext } from '@orrery/collectors/otlp/decode-context';
import { UndecodableRequest, type DecodedSpans } from '@orrery/collectors/otlp/decoded-spans';
import { decodeJson } from '@orrery/collectors/otlp/decode-json';
import { decodeProtobuf } from '@orrery/collectors/otlp/decode-protobuf';
import { encodeRequest, type OtlpJson } from './otlp-schema.ts';

const nowMs = 1_800_000_000_000;
const envelope = { tenant: 'default', nowMs };
const limits = { maxAttributes: 12, maxValueLength: 200, maxEvents: 4 };

function hex(bytes: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => Buffer.from(b).toString('hex'));
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const { value } = fc.letrec<{ value: OtlpJson }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64 }),
    fc.record({ doubleValue: fc.double().map((n) => (Number.isFinite(n) ? n : String(n))) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 20 }).map((b) => Buffer.from(b).toString('base64')) }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }) }) }),
  ),
}));

const knownKey = fc.constantFrom(
  'http.method', 'http.request.method', 'http.status_code', 'http.response.status_code', 'url.full', 'http.target',
  'http.request.header.authorization', 'db.system', 'db.statement', 'server.address', 'net.peer.name', 'peer.service',
  'component', 'upstream_cluster', 'node_id', 'istio.canonical_service', 'rpc.method', 'messaging.destination.name',
  'service.name', 'service.version', 'k8s.deployment.name', 'k8s.namespace.name', 'k8s.pod.name',
);
const attributes = fc.array(fc.record({ key: fc.oneof(knownKey, text), value }), { maxLength: 16 });
const startNs = fc.bigInt({ min: 946_684_800_000_000_000n, max: BigInt(nowMs) * 1_000_000n });
const count = fc.nat(5);

const span: fc.Arbitrary<OtlpJson> = fc
  .record({
    // Ids of a wrong length are among them: both decoders must reject the same spans.
    traceId: fc.oneof({ weight: 9, arbitrary: hex(16) }, { weight: 1, arbitrary: hex(15) }),
    spanId: hex(8),
    parentSpanId: fc.oneof(fc.constant(''), hex(8), hex(3)),
    traceState: fc.oneof(text, fc.constant('ot=th:c'), fc.constant('rojo=1,ot=p:8;th:fd70a4;rv:9b8233f7e3a151')),
    name: text,
    kind: fc.integer({ min: -1, max: 7 }),
    startNs,
    lengthNs: fc.bigInt({ min: -10n, max: 10n ** 12n }),
    attributes,
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
    events: fc.array(fc.record({ timeUnixNano: startNs.map(String), name: text, attributes }), { maxLength: 6 }),
    links: fc.array(fc.record({ traceId: hex(16), spanId: fc.oneof(hex(8), hex(1)) }), { maxLength: 6 }),
    status: fc.record({ code: fc.integer({ min: 0, max: 4 }), message: text }),
    unknownToAll: fc.constant({ deep: [1, null] }),
  })
  .map(({ startNs, lengthNs, ...rest }) => ({ ...rest, startTimeUnixNano: String(startNs), endTimeUnixNano: String(startNs + lengthNs) }));

const request: fc.Arbitrary<OtlpJson> = fc.record({
  resourceSpans: fc.array(fc.record({
    resource: fc.record({ attributes, droppedAttributesCount: count }),
    scopeSpans: fc.array(fc.record({ scope: fc.record({ name: text, version: text }), spans: fc.array(span, { maxLength: 4 }) }), { maxLength: 2 }),
  }), { maxLength: 3 }),
});

describe('the two encodings', () => {
  it('give exactly the same spans for the same request', () => {
    let received = 0, kept = 0;
    fc.assert(fc.property(request, fc.boolean(), (json, redact) => {
      const fromProtobuf = decodeProtobuf(encodeRequest(json), createDecodeContext({ limits, redact }), envelope);
      const fromJson = decodeJson(Buffer.from(JSON.stringify(json)), createDecodeContext({ limits, redact }), envelope);
      received += fromProtobuf.received;
      kept += fromProtobuf.spans.length;
      expect(fromJson.spans).toEqual(fromProtobuf.spans);
      // The samples show the bytes of the encoding; all else must agree.
      const reasons = (d: DecodedSpans) => d.rejections.map(({ reason, count }) => ({ reason, count }));
      expect(reasons(fromJson)).toEqual(reasons(fromProtobuf));
      expect(fromJson.received).toBe(fromProtobuf.received);
      expect(fromJson.lostUpstream).toBe(fromProtobuf.lostUpstream);
      expect(fromProtobuf.received).toBe(fromProtobuf.spans.length + fromProtobuf.rejections.reduce((sum, r) => sum + r.count, 0));
    }), { numRuns: 300 });
    expect(kept).toBeGreaterThan(50);
    expect(received).toBeGreaterThan(kept);
  });

  it('decode a request the same whatever was decoded before it', () => {
    const shared = createDecodeContext({ limits, redact: true });
    fc.assert(fc.property(request, (json) => {
      const bytes = encodeRequest(json);
      expect(decodeProtobuf(bytes, shared, envelope)).toEqual(decodeProtobuf(bytes, createDecodeContext({ limits, redact: true }), envelope));
    }), { numRuns: 100 });
  });
});

it('keeps 64-bit integers exact that JSON has as numbers', () => {
  const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${'a'.repeat(32)}","spanId":"${'B'.repeat(16)}","name":"\\"intValue\\":12345678901234567890",
    "startTimeUnixNano": 1799999999000000001, "endTimeUnixNano":1799999999000000003,"attributes":[{"key":"n","value":{"intValue":-9223372036854775807}}]}]}]}]}`;
  const { spans } = decodeJson(Buffer.from(body), createDecodeContext({ limits, redact: true }), envelope);
  expect(spans).toMatchObject([{ spanId: 'b'.repeat(16), name: '"intValue":12345678901234567890', startNs: 1_799_999_999_000_000_001n, durationNs: 2n }]);
  expect(spans[0]?.attributes.get('n')).toBe('-9223372036854775807');
});

describe('fuzz', () => {
  const context = createDecodeContext({ limits, redact: true });
  const settles = (decode: () => DecodedSpans): void => {
    try {
      const { spans, received, rejections } = decode();
      expect(received).toBe(spans.length + rejections.reduce((sum, r) => sum + r.count, 0));
    } catch (error) {
      expect(error).toBeInstanceOf(UndecodableRequest);
    }
  };

  it('any bytes are spans or an undecodable request', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      settles(() => decodeProtobuf(bytes, context, envelope));
      settles(() => decodeJson(bytes, context, envelope));
    }), { numRuns: 1000 });
  });

  it('any JSON is spans or an undecodable request', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const almost = fc.record({ resourceSpans: fc.oneof(anything, fc.array(fc.record({
      resource: anything,
      scopeSpans: fc.oneof(anything, fc.array(fc.record({ spans: fc.array(fc.oneof(anything, fc.record({ traceId: anything, attributes: anything, events: anything, startTimeUnixNano: anything }))) }))),
    }))) });
    fc.assert(fc.property(fc.oneof(anything, almost), (json) => {
      settles(() => decodeJson(Buffer.from(JSON.stringify(json)), context, envelope));
    }), { numRuns: 1000 });
    settles(() => decodeJson(Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}]}]}`), context, envelope));
  });

  it('a mutated request is spans or an undecodable request', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(request, changes, fc.nat(), (json, edits, cut) => {
      for (const [bytes, decode] of [[encodeRequest(json), decodeProtobuf], [Buffer.from(JSON.stringify(json)), decodeJson]] as const) {
        if (bytes.length === 0) continue;
        const copy = Uint8Array.from(bytes);
        for (const [at, to] of edits) copy[at % copy.length] = to;
        settles(() => decode(copy, context, envelope));
        settles(() => decode(bytes.subarray(0, cut % bytes.length), context, envelope));
      }
    }), { numRuns: 300 });
  });
});
