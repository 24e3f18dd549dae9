import { describe, expect, it } from 'vitest';
import { decodeJson } from './decode-json.ts';
import { flowFromHubble } from './flow-from-hubble.ts';

const context = { tenant: 'default', feed: 'hubble:test', cluster: '', clusterDomain: 'cluster.local' };

function row(flow: object) {
  const message = decodeJson({ flow: { time: '2026-03-01T00:00:00.000000001Z', verdict: 'FORWARDED', IP: { source: '10.0.0.1', destination: '10.0.0.2' }, ...flow }, node_name: 'node-a' });
  if (message.kind !== 'flow') throw new Error(message.kind);
  return flowFromHubble(message.flow, context);
}

const tcp = (flags: object = {}) => ({ l4: { TCP: { source_port: 4000, destination_port: 80, flags } } });
const syn = tcp({ SYN: true }), synAck = tcp({ SYN: true, ACK: true }), ack = tcp({ ACK: true });
const trace = (point: string, reason?: string) => ({ event_type: { type: 4 }, trace_observation_point: point, ...(reason ? { trace_reason: reason } : {}) });

describe('role', () => {
  it.each<[string, object, string]>([
    ['NEW where the client hands on', { ...syn, ...trace('TO_OVERLAY', 'NEW'), traffic_direction: 'EGRESS' }, 'open'],
    ['NEW at the server', { ...syn, ...trace('TO_ENDPOINT', 'NEW'), traffic_direction: 'INGRESS' }, 'open'],
    ['NEW of UDP', { l4: { UDP: { destination_port: 53 } }, ...trace('TO_STACK', 'NEW') }, 'open'],
    ['a connection that is new again', { ...syn, ...trace('TO_ENDPOINT', 'REOPENED') }, 'open'],
    ['NEW to the proxy on the way out', { ...syn, ...trace('TO_PROXY', 'NEW'), traffic_direction: 'EGRESS' }, 'open'],
    ['NEW to the proxy on the way in', { ...syn, ...trace('TO_PROXY', 'NEW'), traffic_direction: 'INGRESS' }, 'other'],
    ['NEW where a packet is taken up', { ...syn, ...trace('FROM_ENDPOINT', 'NEW') }, 'other'],
    ['a ping', { l4: { ICMPv4: { type: 8 } }, ...trace('TO_ENDPOINT', 'NEW') }, 'other'],
    ['ESTABLISHED', { ...ack, ...trace('TO_ENDPOINT', 'ESTABLISHED') }, 'other'],
    ['a SYN again of what is established', { ...syn, ...trace('TO_ENDPOINT', 'ESTABLISHED') }, 'other'],
    ['without a reason: SYN at the server', { ...syn, ...trace('TO_ENDPOINT') }, 'open'],
    ['without a reason: SYN on its way', { ...syn, ...trace('TO_OVERLAY') }, 'other'],
    ['without a reason: SYN-ACK', { ...synAck, ...trace('TO_ENDPOINT') }, 'other'],
    ['a SYN that is a reply', { ...syn, ...trace('TO_ENDPOINT'), is_reply: true }, 'other'],
    ['a policy verdict', { ...syn, event_type: { type: 5 }, is_reply: false }, 'other'],
    ['translation of a socket', { ...tcp(), Type: 'SOCK', verdict: 'TRANSLATED', trace_reason: 'NEW' }, 'other'],
    ['a request', { ...tcp(), l7: { type: 'REQUEST', http: { method: 'GET' } } }, 'other'],
    ['a response', { ...tcp(), is_reply: true, l7: { type: 'RESPONSE', http: { code: 200 } } }, 'response'],
    ['a drop', { ...syn, verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED' }, 'drop'],
    ['a request that the proxy denied', { ...tcp(), verdict: 'DROPPED', l7: { type: 'REQUEST', http: { method: 'GET' } } }, 'drop'],
  ])('%s', (_, flow, role) => {
    expect(row(flow).role).toBe(role);
  });
});

it('keeps the side of the connection when it swaps the ends of a reply', () => {
  const response = row({
    ...tcp(), is_reply: true, traffic_direction: 'INGRESS', source: { namespace: 'shop', pod_name: 'stock-0' }, destination: { namespace: 'shop', pod_name: 'cart-0' },
    source_service: { name: 'Stock', namespace: 'shop' }, l7: { type: 'RESPONSE', latency_ns: '1500000', http: { code: 503, method: 'GET' } },
  });
  expect(response).toMatchObject({
    source: { name: 'cart' }, destination: { name: 'stock' }, sourceIp: '10.0.0.2', destinationIp: '10.0.0.1', destinationPort: 4000, side: 'destination',
    destinationService: 'stock.shop.svc.cluster.local', httpStatus: 503, httpMethod: 'GET', latencyNs: 1_500_000n, dnsRcode: -1, protocol: 'http',
  });
});

it('names pods, and the zone of those on the node that saw them', () => {
  const pods = { source: { ID: 7, namespace: 'shop', pod_name: 'stock-0' }, destination: { namespace: 'shop', pod_name: 'cart-0' }, node_labels: ['kubernetes.io/os=linux', 'topology.kubernetes.io/zone=eu-1a'] };
  expect(row({ ...ack, ...pods, is_reply: false })).toMatchObject({ sourcePod: 'stock-0', sourceZone: 'eu-1a', destinationPod: 'cart-0', destinationZone: '' });
  expect(row({ ...ack, ...pods, is_reply: true })).toMatchObject({ sourcePod: 'cart-0', sourceZone: '', destinationPod: 'stock-0', destinationZone: 'eu-1a' });
});

it('tells by flags that a packet goes back where nothing else does', () => {
  expect(row({ ...synAck, ...trace('TO_OVERLAY') })).toMatchObject({ sourceIp: '10.0.0.2', destinationPort: 4000 });
  expect(row({ ...ack, ...trace('TO_OVERLAY') })).toMatchObject({ sourceIp: '10.0.0.1', destinationPort: 80 });
});

it('keeps «not measured» apart from 0', () => {
  expect(row({ ...tcp(), is_reply: true, l7: { type: 'RESPONSE', dns: { query: 'x.', qtypes: ['A'] } } })).toMatchObject({ dnsRcode: 0, latencyNs: -1n, protocol: 'dns', encrypted: -1 });
  expect(row({ ...tcp(), l7: { type: 'REQUEST', dns: { query: 'x.' } } })).toMatchObject({ dnsRcode: -1 });
  expect(row({ ...tcp(), IP: { encrypted: true } })).toMatchObject({ encrypted: 1, httpStatus: 0 });
});

it.each([
  [{ name: 'stock', namespace: 'shop' }, 'stock.shop.svc.cluster.local'],
  [{ name: 'stock.shop.svc', namespace: '' }, 'stock.shop.svc.cluster.local'],
  [{ name: 'stock.shop.svc.corp.example', namespace: 'shop' }, 'stock.shop.svc.corp.example'],
  [{ name: 'stock.shop', namespace: 'shop' }, 'stock.shop.svc.cluster.local'],
  [{ name: 'stock', namespace: '' }, ''],
])('writes service %j as %s', (destination_service, host) => {
  expect(row({ ...tcp(), destination_service }).destinationService).toBe(host);
});

describe('key and record', () => {
  it('is the uuid, else a hash that depends on what is decoded', () => {
    expect(row({ uuid: '2848b6b6-59c0-4be2-8bdc-3a5861de4c68' }).id).toBe('2848b6b6-59c0-4be2-8bdc-3a5861de4c68');
    const ids = [row(syn), row(ack), row({ ...syn, uuid: "'); DROP TABLE flows" }), row({ ...syn, Summary: 'not decoded' })].map(({ id }) => id);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe(ids[0]);
  });

  it('holds no secret: neither query strings, nor users of URLs, nor values of headers', () => {
    const { raw, protocol } = row({ ...tcp(), l7: { type: 'REQUEST', http: {
      method: 'POST', url: 'http://ann:hunter2@stock:80/items?token=abc#frag', headers: [{ key: 'Authorization', value: 'Bearer abc' }, { key: 'Content-Type', value: 'application/grpc+proto' }],
    } } });
    expect(raw).not.toMatch(/hunter2|abc|frag|Bearer/);
    expect(JSON.parse(raw)).toMatchObject({ time: '2026-03-01T00:00:00.000000001Z', node_name: 'node-a', l7: { http: { url: 'http://[redacted]@stock:80/items?[redacted]' } } });
    expect(protocol).toBe('grpc');
  });

  it('stays short and well-formed whatever is sent', () => {
    const long = 'x'.repeat(5000);
    const endpoint = { namespace: long, pod_name: long, labels: Array.from({ length: 500 }, (_, i) => `k8s:${i}=${long}`) };
    const { raw } = row({ ...tcp(), uuid: long, source: endpoint, destination: endpoint, destination_names: Array(500).fill(long), l7: { http: { url: long } } });
    expect(raw.length).toBeLessThanOrEqual(8192);
    expect(JSON.parse(raw)).toMatchObject({ truncated: true });
    expect(row({ source: { pod_name: '\ud800' } }).raw.isWellFormed()).toBe(true);
  });
});
