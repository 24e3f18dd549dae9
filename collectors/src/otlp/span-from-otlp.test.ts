import { describe, expect, it } from 'vitest';
import type { Span } from '../model/span.ts';
import { createDecodeContext } from './decode-context.ts';
import { decodeJson } from './decode-json.ts';

const limits = { maxAttributes: 8, maxValueLength: 40, maxEvents: 2 };
const envelope = { tenant: 'default', nowMs: 1_800_000_000_000 };

function decode(attributes: Record<string, string | number | boolean>, over: Record<string, unknown> = {}, redact = true): Span {
  const list = Object.entries(attributes).map(([key, value]) => ({
    key, value: typeof value === 'string' ? { stringValue: value } : typeof value === 'boolean' ? { boolValue: value } : { intValue: String(value) },
  }));
  const span = { traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', name: 'n', startTimeUnixNano: '1799999999000000000', endTimeUnixNano: '1799999999000000500', attributes: list, ...over };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const { spans, rejections } = decodeJson(Buffer.from(body), createDecodeContext({ limits, redact }), envelope);
  expect(rejections).toEqual([]);
  return spans[0]!;
}

const server = { kind: 2 }, client = { kind: 3 };

describe('names of the semantic conventions, old and new', () => {
  it.each<[Record<string, string | number | boolean>, Record<string, unknown>, Partial<Span>]>([
    [{ 'http.request.method': 'GET', 'http.response.status_code': 404, 'http.route': '/a' }, server, { httpMethod: 'GET', httpStatus: 404, route: '/a' }],
    [{ 'http.method': 'GET', 'http.status_code': '503' }, server, { httpMethod: 'GET', httpStatus: 503 }],
    [{ 'http.status_code': 500, 'http.response.status_code': 200 }, server, { httpStatus: 200 }],
    [{ 'http.status_code': 'teapot' }, server, { httpStatus: 0 }],
    [{ 'server.address': 'orders', 'server.port': 80 }, client, { serverAddress: 'orders', serverPort: 80 }],
    [{ 'server.address': 'Orders.shop.svc.cluster.local.' }, client, { serverAddress: 'orders.shop.svc.cluster.local' }],
    [{ 'server.address': '[fd00::1]', 'network.peer.address': '::ffff:10.0.0.7' }, client, { serverAddress: 'fd00::1', networkPeerAddress: '10.0.0.7' }],
    [{ 'net.peer.name': 'orders', 'net.peer.port': 80 }, client, { serverAddress: 'orders', serverPort: 80 }],
    [{ 'net.peer.name': 'caller', 'net.host.name': 'me', 'net.host.port': 80 }, server, { serverAddress: 'me', serverPort: 80 }],
    [{ 'net.sock.peer.addr': '10.0.0.1' }, client, { networkPeerAddress: '10.0.0.1' }],
    [{ 'peer.service': 'orders' }, client, { peerService: 'orders' }],
    [{ 'service.peer.name': 'new', 'peer.service': 'old' }, client, { peerService: 'new' }],
    [{ 'rpc.system': 'grpc', 'rpc.service': 'shop.Cart', 'rpc.method': 'Get', 'rpc.grpc.status_code': 14 }, client, { route: 'shop.Cart/Get', grpcStatus: 14 }],
    [{ 'rpc.system.name': 'grpc', 'rpc.method': 'shop.Cart/Get', 'rpc.response.status_code': 'UNAVAILABLE' }, client, { route: 'shop.Cart/Get', grpcStatus: 14 }],
    [{ 'rpc.system.name': 'jsonrpc', 'rpc.response.status_code': '-32601' }, client, { grpcStatus: -1 }],
    [{ 'db.system': 'postgresql', 'db.name': 'orders', 'db.operation': 'SELECT' }, client, { dbSystem: 'postgresql', dbNamespace: 'orders', route: 'SELECT' }],
    [{ 'db.system.name': 'mysql', 'db.namespace': 'a', 'db.query.summary': 'SELECT a' }, client, { dbSystem: 'mysql', dbNamespace: 'a', route: 'SELECT a' }],
    [{ 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' }, { kind: 4 }, { messagingSystem: 'kafka', messagingDestination: 'orders' }],
    [{ 'messaging.system': 'kafka', 'messaging.destination': 'orders' }, { kind: 5 }, { messagingDestination: 'orders' }],
    [{ 'messaging.destination.name': 'amq.gen-1', 'messaging.destination.anonymous': true }, { kind: 5 }, { messagingDestination: '(anonymous)' }],
    [{ 'messaging.destination.name': 'r/7', 'messaging.destination.temporary': true, 'messaging.destination.template': 'r/{id}' }, { kind: 5 }, { messagingDestination: 'r/{id}' }],
    [{ 'messaging.system': 'kafka', 'messaging.operation.name': 'poll', 'messaging.operation.type': 'receive' }, client, { kind: 5, route: 'poll' }],
    [{ 'messaging.system': 'kafka', 'messaging.operation': 'receive' }, client, { kind: 5 }],
    [{ 'messaging.system': 'kafka', 'messaging.operation.type': 'send' }, client, { kind: 3, route: 'send' }],
    [{ 'messaging.operation.type': 'receive' }, client, { kind: 3 }],
  ])('%j', (attributes, over, expected) => {
    expect(decode(attributes, over)).toMatchObject(expected);
  });
});

describe('spans of proxies', () => {
  it('have a peer that is the other end, not the workload itself', () => {
    expect(decode({ component: 'proxy', 'peer.address': '10.0.0.5:4711' }, server)).toMatchObject({ isProxy: true, networkPeerAddress: '10.0.0.5' });
    expect(decode({ component: 'proxy', 'peer.address': '10.0.0.5' }, client).networkPeerAddress).toBe('');
    expect(decode({ component: 'proxy', 'peer.address': '10.0.0.5', upstream_address: '[fd00::1]:8080' }, client).networkPeerAddress).toBe('fd00::1');
    expect(decode({ node_id: 'sidecar~1~a.b~c', upstream_cluster: 'outbound|80||x' })).toMatchObject({ isProxy: true, upstreamCluster: 'outbound|80||x' });
    expect(decode({ 'peer.address': '10.0.0.5' }, server)).toMatchObject({ isProxy: false, networkPeerAddress: '' });
  });

  it('are addressed to the host that was asked for where a sidecar had no route', () => {
    const unrouted = { component: 'proxy', node_id: 'sidecar~10.0.0.5~web-1.shop~c', 'http.url': 'http://Nowhere:8080/x?a', 'peer.address': '10.0.0.5:4711' };
    expect(decode(unrouted, server).upstreamCluster).toBe('outbound|8080||nowhere');
    expect(decode({ ...unrouted, 'peer.address': '127.0.0.6' }, { ...server, name: 'egress nowhere' }).upstreamCluster).toBe('outbound|8080||nowhere');
    for (const other of [{ 'peer.address': '10.0.0.9:1' }, { node_id: 'router~10.0.0.5~gw-1.shop~c' }, { 'http.url': '/x' }, { 'http.url': 'http://' }]) expect(decode({ ...unrouted, ...other }, server).upstreamCluster).toBe('');
    expect(decode(unrouted, client).upstreamCluster).toBe('');
  });

  it('fail by their error tag where the status is unset', () => {
    expect(decode({ component: 'proxy', error: 'true' }).status).toBe(2);
    expect(decode({ component: 'proxy', error: 'true' }, { status: { code: 1 } }).status).toBe(1);
    expect(decode({ error: 'true' }).status).toBe(0);
  });
});

describe('bounds', () => {
  it('leaves out attributes beyond the limit and counts them with those of the sender', () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, 'v']));
    const span = decode(many, { droppedAttributesCount: 4 });
    expect([...span.attributes.keys()]).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'otel.dropped_attributes_count']);
    expect(span.attributes.get('otel.dropped_attributes_count')).toBe('7');
  });

  it('cuts long values and says so', () => {
    expect(decode({ a: 'x'.repeat(50) }).attributes.get('a')).toBe(`${'x'.repeat(40)}…[truncated from 50 characters]`);
  });

  it('leaves out events beyond the limit and links that are none', () => {
    const link = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const span = decode({}, { events: [{}, {}, {}], links: [link, { traceId: 'a', spanId: '' }].map((l) => ({ ...l, traceId: l.traceId.length % 2 ? '' : l.traceId })) });
    expect([span.events.length, span.links]).toEqual([2, [link]]);
    expect(span.attributes.get('otel.dropped_events_count')).toBe('1');
    expect(span.attributes.get('otel.dropped_links_count')).toBe('1');
  });

  it('goes only so deep into values', () => {
    let value: unknown = { stringValue: 'bottom' };
    for (let i = 0; i < 9; i++) value = { arrayValue: { values: [value] } };
    expect(decode({}, { attributes: [{ key: 'deep', value }] }).attributes.get('deep')).toBe('[[[[[[[["[nested too deeply]"]]]]]]]]');
  });
});

describe('redaction', () => {
  const secrets = { 'db.system': 'redis', 'db.statement': 'SET a secret', 'url.full': 'http://a/?t=secret' };

  it('is on unless turned off', () => {
    expect(JSON.stringify([...decode(secrets, { name: 'GET /?t=secret' }).attributes])).not.toContain('secret');
    expect(decode(secrets, { name: 'GET /?t=secret' }).name).toBe('GET /?[redacted]');
    expect(decode(secrets, {}, false).attributes.get('db.statement')).toBe('SET a secret');
  });

  it('goes into key-value lists', () => {
    const attributes = [{ key: 'headers', value: { kvlistValue: { values: [{ key: 'Authorization', value: { stringValue: 'secret' } }, { key: 'accept', value: { stringValue: '*' } }] } } }];
    expect(decode({}, { attributes }).attributes.get('headers')).toMatch(/^\{"Authorization":"\[redacted\]","accept":/);
  });
});
