import fc from 'fast-check';
import type { AccessLog } from '@orrery/collectors/model/access-log';
import { edgeTraffic, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { Edge } from '@orrery/collectors/model/edge';
import type { Flow } from '@orrery/collectors/model/flow';
import { latencyLayout } from '@orrery/collectors/model/latency-layout';
import type { Rejection, SourceReport } from '@orrery/collectors/model/source-report';
import type { ScrapeState, SeriesName } from '@orrery/collectors/model/scrape-sample';
import type { Span } from '@orrery/collectors/model/span';

/** Arbitrary rows of the model. Times lie in the last hour, so that no TTL takes the rows away. */
export const nowMs = Date.now();
const nowNs = BigInt(nowMs) * 1_000_000n;

export const text = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => value.toWellFormed());
const word = fc.oneof(fc.constantFrom('', 'shop', 'orders', 'v1'), text);
const hexOf = (bytes: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex'));
const count = fc.oneof(fc.nat(10), fc.maxSafeNat());
const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const timeNs = fc.bigInt(nowNs - 3_600_000_000_000n, nowNs);
const timeMs = fc.integer({ min: nowMs - 3_600_000, max: nowMs });
const tcpPort = fc.integer({ min: 0, max: 65_535 });
const big = fc.bigInt(0n, 2n ** 64n - 1n);
const attributes = fc.array(fc.tuple(text, text), { maxLength: 4 }).map((entries) => new Map(entries));

export const entity: fc.Arbitrary<Entity> = fc.record({
  cluster: word, namespace: word, kind: fc.constantFrom(...Object.values(EntityKind)), name: word, app: word, version: word,
});
export const edge: fc.Arbitrary<Edge> = fc.record({ source: entity, destination: entity, service: word, serviceGuessed: fc.boolean(), port: fc.integer({ min: 0, max: 65_535 }) });

const layout = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 8 }).map((bounds) => latencyLayout(bounds.sort((a, b) => a - b)));

export const traffic: fc.Arbitrary<EdgeTraffic> = fc.record({
  tenant: fc.constantFrom('t1', 't2'), bucket: timeMs.map((ms) => Math.floor(ms / 10_000) * 10), edge,
  instrument: fc.constantFrom('proxy' as const, 'log' as const, 'trace' as const, 'flow' as const, 'declared' as const),
  side: fc.constantFrom('source' as const, 'destination' as const, 'middle' as const), feed: word, origin: big,
  intent: fc.constantFrom('primary' as const, 'mirror' as const, 'probe' as const),
  measured: fc.integer({ min: 0, max: 2 ** 32 - 1 }), protocols: fc.integer({ min: 0, max: 65_535 }), via: fc.array(word, { maxLength: 3 }),
  requests: count, errors: count, requestsEstimated: float, errorsEstimated: float,
  responses: fc.array(fc.tuple(text, count), { maxLength: 4 }).map((entries) => new Map(entries)),
  clientErrors: count, attempts: count, messagesSent: count, messagesReceived: count, layout: fc.option(layout),
  latency: fc.array(fc.tuple(fc.nat(40), count), { maxLength: 5 }).map((entries) => new Map(entries)), latencySumMs: float,
  bytesSent: count, bytesReceived: count, connectionsOpened: count, connectionsClosed: count, connectionsFailed: count, openConnections: count,
  retransmits: count, drops: count, rttSumMs: float, rttCount: count,
  requestsSecured: count, requestsPlaintext: count, connectionsSecured: count, connectionsPlaintext: count,
  sourcePrincipal: word, destinationPrincipal: word,
}).map((row) => edgeTraffic(row));

export const span: fc.Arbitrary<Span> = fc.record({
  tenant: fc.constantFrom('t1', 't2'), traceId: hexOf(16), spanId: hexOf(8), parentSpanId: fc.oneof(hexOf(8), fc.constant('')), traceState: text,
  kind: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const, 4 as const, 5 as const), name: word, entity, startNs: timeNs, durationNs: big,
  status: fc.constantFrom(0 as const, 1 as const, 2 as const), statusMessage: text, httpStatus: fc.integer({ min: 0, max: 599 }), grpcStatus: fc.integer({ min: -1, max: 16 }),
  httpMethod: word, route: word, peerService: word, serverAddress: word, serverPort: fc.integer({ min: 0, max: 65_535 }), networkPeerAddress: text,
  dbSystem: word, dbNamespace: word, messagingSystem: word, messagingDestination: word, isProxy: fc.boolean(), upstreamCluster: word,
  sampleWeight: float, resourceAttributes: attributes, attributes,
  events: fc.array(fc.record({ timeNs, name: text, attributes }), { maxLength: 3 }),
  links: fc.array(fc.record({ traceId: hexOf(16), spanId: hexOf(8) }), { maxLength: 3 }),
});

export const accessLog: fc.Arbitrary<AccessLog> = fc.record({
  tenant: fc.constantFrom('t1', 't2'), id: text, node: word, logName: word, entity, nodeAddress: text, protocol: fc.constantFrom('http' as const, 'tcp' as const), type: fc.constantFrom(0, 3, 6),
  startNs: timeNs, durationNs: fc.bigInt(-1n, 2n ** 40n), sampleWeight: float, callerAddress: text, calledAddress: text, calledPort: tcpPort, upstreamAddress: text, upstreamPort: tcpPort,
  upstreamCluster: word, flags: word, attempts: fc.nat(10), localPrincipal: word, peerPrincipal: word, authority: text, method: word, path: text,
  responseCode: fc.integer({ min: 0, max: 999 }), grpcStatus: fc.integer({ min: -1, max: 16 }), bytesSent: count, bytesReceived: count,
});

export const flow: fc.Arbitrary<Flow> = fc.record({
  tenant: fc.constantFrom('t1', 't2'), id: text, timeNs, node: word, feed: word, role: fc.constantFrom('open' as const, 'response' as const, 'drop' as const, 'other' as const),
  verdict: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const), dropReason: word, side: fc.constantFrom('source' as const, 'destination' as const),
  source: entity, destination: entity, sourcePod: word, destinationPod: word, sourceZone: word, destinationZone: word, sourceIp: text, destinationIp: text, destinationPort: fc.integer({ min: 0, max: 65_535 }), destinationService: word,
  protocol: word, httpStatus: fc.integer({ min: 0, max: 599 }), httpMethod: word, latencyNs: fc.bigInt(-1n, 2n ** 62n), dnsRcode: fc.integer({ min: -1, max: 23 }),
  encrypted: fc.constantFrom(-1 as const, 0 as const, 1 as const), raw: text,
});

export const seriesName: fc.Arbitrary<SeriesName> = fc.record({ tenant: fc.constant('t1'), series: big, name: word, labels: attributes });

export const scrapeState: fc.Arbitrary<ScrapeState> = fc.record({
  tenant: fc.constant('t1'), feed: word, target: text, timeMs, samples: fc.array(fc.tuple(big, float), { maxLength: 6 }),
}).map(({ samples, ...state }) => ({ ...state, series: samples.map(([series]) => series), values: samples.map(([, value]) => value) }));

export const sourceReport: fc.Arbitrary<SourceReport> = fc.record({
  tenant: fc.constant('t1'), timeMs, source: word, feed: word, target: text, received: count, stored: count, rejected: count, dropped: count, lostUpstream: count,
  up: fc.constantFrom(-1 as const, 0 as const, 1 as const), durationMs: float, samples: count, seriesAdded: count, newestMs: timeMs, error: text,
});

export const rejection: fc.Arbitrary<Rejection> = fc.record({
  tenant: fc.constant('t1'), timeMs, source: word, feed: word, target: text, reason: text, count, sample: text,
});
