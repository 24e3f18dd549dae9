import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Measured, Protocol, Side } from '../model/edge-traffic.ts';
import { decodeSeries } from '../prometheus/decode-series.ts';
import { nameMatcher, type ReadingContext } from '../prometheus/series-meaning.ts';
import { decodeIstio, istioNames } from './decode-istio.ts';

const context: ReadingContext = {
  components: new Set(['proxy']), cluster: '', targetLabels: new Map([['namespace', 'shop'], ['workload', 'waypoint']]),
  gateways: nameMatcher(['istio-ingressgateway', 'istio-eastwestgateway']), eastWestGateways: nameMatcher(['istio-eastwestgateway']), waypoints: nameMatcher(['waypoint', 'shop/special', '*-waypoint']),
};

const ordinary = {
  reporter: 'destination', source_workload: 'web', source_workload_namespace: 'shop', source_canonical_service: 'web', source_canonical_revision: 'v1', source_principal: 'spiffe://cluster.local/ns/shop/sa/web',
  destination_workload: 'orders', destination_workload_namespace: 'shop', destination_canonical_service: 'orders', destination_canonical_revision: 'v2', destination_service: 'orders.shop.svc.cluster.local',
  destination_service_name: 'orders', destination_service_namespace: 'shop', request_protocol: 'http', response_code: '200', response_flags: '-', connection_security_policy: 'mutual_tls',
};

function decode(name: string, labels: Readonly<Record<string, string>> = {}): ReturnType<typeof decodeIstio> {
  return decodeIstio(name, Object.entries({ ...ordinary, ...labels }).flat(), context);
}
const requests = (labels: Readonly<Record<string, string>>): ReturnType<typeof decodeIstio> => decode('istio_requests_total', labels);

describe('outcome of a request', () => {
  it.each<[Readonly<Record<string, string>>, string, boolean]>([
    [{}, 'http 200 -', false],
    [{ response_code: '404' }, 'http 404 -', false],
    [{ response_code: '503', response_flags: 'UH' }, 'http 503 UH', true],
    [{ response_code: '0', response_flags: 'DC' }, 'http 0 DC', true],
    [{ request_protocol: 'grpc', grpc_response_status: '0' }, 'grpc 0 -', false],
    [{ request_protocol: 'grpc', grpc_response_status: '14', response_flags: 'UF,URX' }, 'grpc 14 UF,URX', true],
    [{ request_protocol: 'grpc', response_code: '503', grpc_response_status: '' }, 'grpc 503 -', true],
    [{ request_protocol: 'grpc', response_code: '0', grpc_response_status: '', response_flags: 'DC' }, 'grpc - DC', true],
    [{ response_code: 'unknown', response_flags: '' }, 'http - -', false],
  ])('%j is %s', (labels, response, isError) => {
    expect(requests(labels)?.measure).toMatchObject({ kind: 'requests', response, isError });
  });
});

describe('who knows of mutual TLS', () => {
  it.each([
    ['destination', 'mutual_tls', 'secured'],
    ['destination', 'none', 'plaintext'],
    ['waypoint', 'mutual_tls', 'secured'],
    ['destination', 'unknown', ''],
    ['source', 'unknown', ''],
    ['source', 'mutual_tls', ''],
  ])('%s saying %s: %s', (reporter, policy, security) => {
    const series = requests({ reporter, connection_security_policy: policy });
    expect(series?.measure).toMatchObject({ security });
    expect(((series?.measured ?? 0) & Measured.security) !== 0).toBe(security !== '');
  });
});

describe('ends', () => {
  it('puts a waypoint in the middle and names it as passed', () => {
    expect(requests({ reporter: 'waypoint' })).toMatchObject({ side: Side.middle, via: ['waypoint:shop/waypoint'] });
    expect(requests({})).toMatchObject({ side: Side.destination, via: [] });
  });

  it('puts a gateway that passes other networks through in the middle too', () => {
    const passed = { reporter: 'source', source_workload: 'istio-eastwestgateway', source_workload_namespace: 'istio-system', request_protocol: 'tcp' };
    expect(decode('istio_tcp_sent_bytes_total', passed)).toMatchObject({ side: Side.middle, via: ['gateway:istio-system/istio-eastwestgateway'] });
    expect(decode('istio_tcp_sent_bytes_total', { ...passed, source_workload: 'istio-ingressgateway' })).toMatchObject({ side: Side.source, via: [] });
  });

  it('knows gateways and waypoints by name', () => {
    expect(requests({ source_workload: 'istio-ingressgateway' })?.edge.source.kind).toBe('gateway');
    expect(requests({ destination_workload: 'special' })?.edge.destination.kind).toBe('waypoint');
    expect(requests({ destination_workload: 'special', destination_workload_namespace: 'other' })?.edge.destination.kind).toBe('workload');
  });

  it('goes on without labels that a Telemetry resource removed', () => {
    const series = decodeIstio('istio_requests_total', ['reporter', 'source', 'source_canonical_service', 'web', 'destination_service', 'orders.shop.svc.cluster.local'], context);
    expect(series).toMatchObject({ edge: { source: { kind: 'app', name: 'web' }, destination: { kind: 'unknown', namespace: 'shop' }, service: 'orders.shop.svc.cluster.local' }, protocols: 0 });
  });

  const nobody = { destination_workload: 'unknown', destination_canonical_service: 'unknown', destination_workload_namespace: 'unknown', destination_canonical_revision: 'latest' };
  it.each<[string, Readonly<Record<string, string>>, object]>([
    ['a service whose pods did not answer', nobody, { destination: { kind: 'unknown', namespace: 'shop' }, service: 'orders.shop.svc.cluster.local' }],
    ['a host of a ServiceEntry', { ...nobody, destination_service: 'api.example.com', destination_service_name: 'api.example.com', destination_service_namespace: 'shop' }, { destination: { kind: 'external', name: 'api.example.com' }, service: 'api.example.com' }],
    ['passthrough', { ...nobody, destination_service: 'Sub.Example.com', destination_service_name: 'PassthroughCluster', destination_service_namespace: 'unknown' }, { destination: { kind: 'external', name: 'PassthroughCluster' }, service: 'sub.example.com' }],
    ['a whole name of the DNS', { ...nobody, destination_service: 'Orders.shop.svc.cluster.local.', destination_service_name: 'orders' }, { destination: { kind: 'unknown', namespace: 'shop' }, service: 'orders.shop.svc.cluster.local' }],
    ['a blocked host', { ...nobody, destination_service: 'BlackHoleCluster', destination_service_name: 'BlackHoleCluster' }, { destination: { kind: 'external', name: 'BlackHoleCluster' }, service: '' }],
    ['a pod by its address', { destination_service: '10.1.2.3:8080', destination_service_name: 'InboundPassthroughCluster' }, { destination: { kind: 'workload', name: 'orders' }, service: '' }],
    ['an address as Host header', { destination_service: '10.1.2.3:8080', destination_service_name: '10.1.2.3:8080' }, { destination: { kind: 'workload', name: 'orders' }, service: '' }],
    ['nothing at all', { ...nobody, destination_service: 'unknown', destination_service_name: 'unknown', destination_service_namespace: 'unknown' }, { destination: { kind: 'unknown', namespace: '' }, service: '' }],
  ])('reads %s', (_, labels, edge) => {
    expect(requests({ reporter: 'source', ...labels })?.edge).toMatchObject(edge);
  });

  it('takes a namespace from the certificate where the peer is not known', () => {
    expect(requests({ source_workload: 'unknown', source_canonical_service: 'unknown', source_canonical_revision: 'latest' })?.edge.source).toEqual({ cluster: '', namespace: 'shop', kind: 'unknown', name: '', app: '', version: '' });
  });
});

describe('families', () => {
  it.each<[string, object]>([
    ['istio_tcp_received_bytes_total', { kind: 'bytesSent' }],
    ['istio_tcp_sent_bytes_total', { kind: 'bytesReceived' }],
    ['istio_request_bytes_sum', { kind: 'bytesSent' }],
    ['istio_response_bytes_sum', { kind: 'bytesReceived' }],
    ['istio_request_messages_total', { kind: 'messagesSent' }],
    ['istio_response_messages_total', { kind: 'messagesReceived' }],
    ['istio_request_duration_milliseconds_sum', { kind: 'latencySum' }],
  ])('%s', (name, measure) => {
    expect(decode(name)?.measure).toEqual(measure);
  });

  it('brings the buckets of one histogram together', () => {
    const bucket = (le: string, labels = {}): unknown => decode('istio_request_duration_milliseconds_bucket', { ...labels, le })?.measure;
    expect(bucket('0.5')).toMatchObject({ leMs: 0.5 });
    expect(bucket('+Inf')).toMatchObject({ leMs: Infinity, histogram: (bucket('0.5') as { histogram: bigint }).histogram });
    expect(bucket('1', { response_code: '500' })).not.toMatchObject({ histogram: (bucket('1') as { histogram: bigint }).histogram });
    expect(decode('istio_request_duration_milliseconds_bucket', { le: 'x' })).toBeNull();
  });

  it('counts a TCP connection as failed where it never reached an upstream', () => {
    expect(decode('istio_tcp_connections_closed_total', { response_flags: 'UF,URX' })?.measure).toEqual({ kind: 'connectionsClosed', response: 'tcp - UF,URX', failed: true });
    expect(decode('istio_tcp_connections_closed_total', { response_flags: 'DT' })?.measure).toMatchObject({ failed: false, response: 'tcp - DT' });
  });
});

describe('a page that names both programs', () => {
  const both = { ...context, components: new Set(['proxy', 'ztunnel']) };
  const tcp = Object.entries({ ...ordinary, reporter: 'source', request_protocol: 'tcp' }).flat();
  it('reads TCP as ztunnel’s where zones are told, and as Envoy’s elsewhere', () => {
    expect(decodeSeries('istio_tcp_connections_opened_total', [...tcp, 'source_zone', 'a'], both)).toMatchObject({ measure: { security: 'secured' } });
    expect(decodeSeries('istio_tcp_connections_opened_total', tcp, both)).toMatchObject({ measure: { security: '' } });
  });
});

const golden = resolve(import.meta.dirname, '../../../../shared/data/envoy-family/istio/proxy-golden-metrics');

interface GoldenFamily { readonly name: string; readonly metric: readonly { readonly label?: readonly { readonly name: string; readonly value: unknown }[] }[] }

it.runIf(existsSync(golden))('reads the label sets of Istio’s own golden metrics (../shared/data)', () => {
  let read = 0;
  for (const file of readdirSync(golden)) {
    const text = readFileSync(resolve(golden, file), 'utf8').replace(/^\s*\{\{.*\}\}\s*$/gm, '').replace(/\{\{[^}]*\}\}/g, '1');
    const family = parseFamily(text);
    const labels = family?.metric[0]?.label ?? [];
    if (family === null || !istioNames.has(family.name) || !labels.some(({ name }) => name === 'reporter')) continue;
    const value = (name: string): string => String(labels.findLast((label) => label.name === name)?.value ?? '');
    const series = decodeIstio(family.name, labels.flatMap(({ name, value: text }) => [name, String(text)]), context);
    expect(series, file).not.toBeNull();
    expect(series?.side).toBe({ source: Side.source, destination: Side.destination, waypoint: Side.middle }[value('reporter')]);
    expect(series?.edge.destination.name, file).toBe(value('destination_workload') === 'unknown' ? series?.edge.destination.name : value('destination_workload'));
    expect(JSON.stringify(series?.edge)).not.toContain('"unknown","app":"unknown"');
    if (value('request_protocol') === 'tcp') expect(series?.protocols).toBe(Protocol.tcp);
    read++;
  }
  expect(read).toBeGreaterThan(15);
});

/** Templates with two branches repeat a key: such a file is left out. */
function parseFamily(text: string): GoldenFamily | null {
  try {
    return parse(text) as GoldenFamily;
  } catch {
    return null;
  }
}
