import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { application, EntityKind, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { build, edgeOf, onlyEdge, wo } from './graph-fixture.ts';
import { GraphType } from './graph.ts';
import { host, orders, reviews1, reviews2, row, web } from './row-fixture.ts';

describe('rule 5: mTLS comes from who can know it, and a named service outranks a guess', () => {
  const secured = Measured.requests | Measured.security;
  it('takes plaintext from the destination and never from an Envoy source', () => {
    const edge = onlyEdge([
      row({ ...wo, measured: secured, requests: 10, requestsSecured: 6, requestsPlaintext: 4 }),
      row({ ...wo, measured: secured, side: 'source', requests: 10, requestsSecured: 0, requestsPlaintext: 10 }),
    ]);
    expect(edge.mtlsShare).toBeCloseTo(0.6);
    expect(onlyEdge([row({ ...wo, measured: secured, side: 'source', requests: 10, requestsPlaintext: 10 })]).mtlsShare).toBeNull();
  });

  it('never mixes requests and connections in one share', () => {
    const edge = onlyEdge([row({ ...wo, measured: secured | Measured.connections, requests: 10, requestsSecured: 10, connectionsPlaintext: 90, connectionsOpened: 90 })]);
    expect(edge.mtlsShare).toBe(1);
  });

  it('lets a ztunnel source speak where the server has none, and shows no principal beside plaintext', () => {
    const edge = onlyEdge([row({
      ...wo, side: 'source', measured: Measured.connections | Measured.security, protocols: 4, connectionsOpened: 5, connectionsPlaintext: 5,
      destinationPrincipal: 'spiffe://cluster.local/ns/shop/sa/orders',
    })]);
    expect([edge.mtlsShare, edge.destinationPrincipals]).toEqual([0, []]);
  });

  it('joins pod-addressed and guessed rows of ztunnel to the named service: 41 connections, not 82', () => {
    const tcp = { from: web, to: orders, measured: Measured.connections, protocols: 4 };
    const edge = onlyEdge([
      row({ ...tcp, side: 'source', connectionsOpened: 37 }),
      row({ ...tcp, side: 'source', service: host('orders'), connectionsOpened: 4 }),
      row({ ...tcp, service: host('orders'), serviceGuessed: true, connectionsOpened: 41 }),
    ]);
    expect(edge.signals.connectionsPerSecond! * 300).toBeCloseTo(41);
    expect(edge.services).toEqual([host('orders')]);
  });

  it('leaves a guess between two named services as evidence and counts it', () => {
    const tcp = { from: web, to: orders, measured: Measured.connections, protocols: 4 };
    const graph = build([
      row({ ...tcp, side: 'source', service: host('a'), connectionsOpened: 30 }),
      row({ ...tcp, side: 'source', service: host('b'), connectionsOpened: 11 }),
      row({ ...tcp, service: host('a'), serviceGuessed: true, connectionsOpened: 41 }),
    ]);
    expect(edgeOf(graph, 'web', 'orders').signals.connectionsPerSecond! * 300).toBeCloseTo(41);
    expect(graph.quality.unattributed).toBe(1);
  });
});

describe('a row without a service', () => {
  it('joins the only service of that pair and port', () => {
    const edge = onlyEdge([
      row({ ...wo, port: 8080, responses: { 'http 200 -': 10 } }),
      row({ from: web, to: orders, port: 8080, side: 'source', responses: { 'http 200 -': 10, 'http 503 UO': 1 } }),
    ]);
    expect(edge.requests).toBe(11);
  });
  it('is its own edge part at another port', () => {
    const edge = onlyEdge([row({ ...wo, port: 80, responses: { 'http 200 -': 10 } }), row({ from: web, to: orders, port: 9090, responses: { 'http 200 -': 5 } })]);
    expect([edge.requests, edge.ports]).toEqual([15, [80, 9090]]);
  });
});

describe('waypoints', () => {
  const waypoint = workload('c', 'shop', 'waypoint', 'waypoint', 'latest');
  const tcp = { measured: Measured.connections | Measured.bytes, protocols: 4, feed: 'scrape:ztunnel' };
  const hops = [
    row({ ...tcp, from: web, to: waypoint, service: host('orders'), side: 'source', connectionsOpened: 8, bytesSent: 800 }),
    row({ ...tcp, from: waypoint, to: orders, service: host('orders'), serviceGuessed: true, connectionsOpened: 3, bytesSent: 900 }),
  ];
  it('fold into the edge that the waypoint reports, as via', () => {
    const edge = onlyEdge([...hops, row({ ...wo, side: 'middle', responses: { 'http 200 -': 40 }, via: ['waypoint:shop/waypoint'] })]);
    expect(edge.requests).toBe(40);
    expect(edge.signals.connectionsPerSecond! * 300).toBeCloseTo(8);
    expect(edge.via).toEqual(['waypoint:shop/waypoint']);
    expect(edge.evidence).toHaveLength(3);
  });
  it('show their hops without its report', () => {
    const graph = build(hops);
    expect(edgeOf(graph, 'web', 'waypoint').signals.connectionsPerSecond! * 300).toBeCloseTo(8);
    expect(edgeOf(graph, 'waypoint', 'orders').signals.connectionsPerSecond! * 300).toBeCloseTo(3);
  });
  it('do not split a hop between two destinations', () => {
    const graph = build([
      ...hops, row({ ...wo, side: 'middle', responses: { 'http 200 -': 40 }, via: ['waypoint:shop/waypoint'] }),
      row({ ...wo, to: reviews1, side: 'middle', responses: { 'http 200 -': 4 }, via: ['waypoint:shop/waypoint'] }),
    ]);
    expect(edgeOf(graph, 'web', 'orders').signals.connectionsPerSecond).toBeNull();
    expect(edgeOf(graph, 'web', 'reviews-v1').requests).toBe(4);
  });
});

describe('east-west gateways', () => {
  const gateway = { ...workload('c', 'istio-system', 'istio-eastwestgateway', 'istio-eastwestgateway'), kind: EntityKind.gateway };
  const far = workload('far', 'shop', 'web', 'web', 'v1');
  const passed = row({
    from: gateway, to: orders, service: host('orders'), side: 'middle', via: ['gateway:istio-system/istio-eastwestgateway'],
    measured: Measured.connections | Measured.bytes, protocols: 4, connectionsOpened: 6, bytesSent: 600,
  });
  const call = row({ from: far, to: orders, service: host('orders'), responses: { 'http 200 -': 30 } });
  it('join the edges of callers from other clusters, as evidence', () => {
    const edge = onlyEdge([call, passed]);
    expect([edge.requests, edge.signals.connectionsPerSecond, edge.via]).toEqual([30, null, ['gateway:istio-system/istio-eastwestgateway']]);
    expect(edge.evidence.find(({ side }) => side === 'middle')?.usedFor).toEqual([]);
  });
  it('stay where nobody from another cluster is seen', () => {
    const graph = build([row({ ...wo, responses: { 'http 200 -': 10 } }), passed]);
    expect(edgeOf(graph, 'istio-eastwestgateway', 'orders').signals.connectionsPerSecond! * 300).toBeCloseTo(6);
    expect(edgeOf(graph, 'web', 'orders').via).toEqual([]);
  });
});

describe('identity', () => {
  it('joins an app to its only workload in the namespace, with or without cluster', () => {
    const edge = onlyEdge([
      row({ ...wo, responses: { 'http 200 -': 10 } }),
      row({ from: application('', 'shop', 'web'), to: application('', '', 'orders'), instrument: 'trace', feed: 'otlp', requests: 9 }),
    ]);
    expect([edge.requests, edge.evidence.length]).toEqual([10, 2]);
  });
  it('keeps an app with two workloads apart, but joins one of a known version', () => {
    const rows = [row({ from: web, to: reviews1, responses: { 'http 200 -': 5 } }), row({ from: web, to: reviews2, responses: { 'http 200 -': 5 } })];
    expect(build([...rows, row({ from: web, to: application('c', 'shop', 'reviews', 'v2'), instrument: 'trace', requests: 3 })]).edges).toHaveLength(2);
    expect(build([...rows, row({ from: orders, to: application('c', 'shop', 'reviews'), instrument: 'trace', requests: 3 })]).edges).toHaveLength(3);
  });
  it('takes spans to an app with two workloads for evidence where proxies tell how the calls were spread', () => {
    const rows = [
      row({ from: web, to: reviews1, responses: { 'http 200 -': 5 } }), row({ from: web, to: reviews2, responses: { 'http 200 -': 4 } }),
      row({ from: web, to: application('c', 'shop', 'reviews'), instrument: 'trace', side: 'source', feed: 'otlp', requests: 9 }),
    ];
    const graph = build(rows);
    expect(graph.edges).toHaveLength(2);
    expect([edgeOf(graph, 'web', 'reviews-v1'), edgeOf(graph, 'web', 'reviews-v2')].map(({ requests, evidence }) => [requests, evidence.map(({ instrument, usedFor }) => [instrument, usedFor])]))
      .toEqual([[5, [['proxy', ['requests']], ['trace', []]]], [4, [['proxy', ['requests']], ['trace', []]]]]);
    expect(build(rows, { type: GraphType.app }).edges.map(({ evidence }) => evidence.filter(({ instrument }) => instrument === 'trace').length)).toEqual([1]);
  });
  it('does not blame a caller for attempts that its proxy retried', () => {
    const graph = build([row({ ...wo, responses: { 'http 200 -': 96, 'http 503 -': 4 } }), row({ ...wo, side: 'source', responses: { 'http 200 -': 95 } })]);
    expect(graph.edges[0]).toMatchObject({ health: 'Degraded', healthReason: '4.0 % 5xx' });
  });
  it('leaves the nameless root caller of traces out where proxies name the callers', () => {
    const root = row({ from: unknownEntity, to: orders, instrument: 'trace', feed: 'otlp', requests: 9 });
    expect(onlyEdge([row({ ...wo, responses: { 'http 200 -': 10 } }), root]).requests).toBe(10);
    expect(edgeOf(build([root]), 'unknown', 'orders').requests).toBe(9);
  });
});
