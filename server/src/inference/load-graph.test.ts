import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { application, database, EntityKind, topic, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import { GraphType, type GraphEdge, type ServiceGraph } from './graph.ts';
import { buildServiceGraph, type GraphOptions } from './load-graph.ts';
import type { EdgeWindow } from './ports.ts';
import { host, orders, reviews1, reviews2, row, t0, web } from './row-fixture.ts';

const options: GraphOptions = { tenant: 't', type: GraphType.workload, window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 };
const build = (rows: readonly EdgeWindow[], more: Partial<GraphOptions> = {}): ServiceGraph => buildServiceGraph(rows, { ...options, ...more });

/** An edge by the labels of its ends, with counts over the whole window. */
function edgeOf(graph: ServiceGraph, source: string, destination: string): GraphEdge & { requests: number | null } {
  const label = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const edge = graph.edges.find((one) => label.get(one.source) === source && label.get(one.destination) === destination);
  if (!edge) throw new Error(`no edge ${source} → ${destination} among ${graph.edges.map((one) => `${label.get(one.source)} → ${label.get(one.destination)}`).join(', ')}`);
  const rate = edge.signals.requestsPerSecond;
  return { ...edge, requests: rate === null ? null : Math.round(rate * graph.coveredSeconds * 1000) / 1000 };
}
const onlyEdge = (rows: readonly EdgeWindow[], more: Partial<GraphOptions> = {}): GraphEdge & { requests: number | null } => {
  const graph = build(rows, more);
  expect(graph.edges).toHaveLength(1);
  const label = (id: string): string => graph.nodes.find((node) => node.id === id)!.label;
  return edgeOf(graph, label(graph.edges[0]!.source), label(graph.edges[0]!.destination));
};
const wo = { from: web, to: orders, service: host('orders') };

describe('rule 1: nothing is summed across instrument, side or feed', () => {
  it('lets the proxy speak before the trace and keeps the trace as evidence', () => {
    const edge = onlyEdge([row({ ...wo, responses: { 'http 200 -': 100 } }), row({ ...wo, instrument: 'trace', feed: 'otlp', requests: 90 })]);
    expect(edge.requests).toBe(100);
    expect(edge.evidence.map((one) => [one.instrument, one.usedFor])).toEqual([['proxy', ['requests']], ['trace', []]]);
  });

  it('counts two feeds of one proxy once, and the one that covers the window speaks', () => {
    const edge = onlyEdge([
      row({ ...wo, feed: 'scrape:a', responses: { 'http 200 -': 50 }, firstBucket: t0 + 150 }),
      row({ ...wo, feed: 'scrape:b', responses: { 'http 200 -': 100 } }),
    ]);
    expect(edge.requests).toBe(100);
    expect(edge.evidence.find((one) => one.feed === 'scrape:a')?.usedFor).toEqual([]);
  });

  it('sums the stored namings of one edge within a feed', () => {
    const edge = onlyEdge([row({ ...wo, responses: { 'http 200 -': 30 } }), row({ ...wo, port: 8080, responses: { 'http 200 -': 12 } })]);
    expect(edge.requests).toBe(42);
    expect(edge.edgeIds).toHaveLength(2);
  });

  it('lets one instrument speak for each signal: connections of ztunnel, latency of traces', () => {
    const edge = onlyEdge([
      row({ ...wo, measured: Measured.connections | Measured.bytes, connectionsOpened: 6, bytesSent: 600, protocols: 4 }),
      row({ ...wo, instrument: 'trace', feed: 'otlp', requests: 30, measured: Measured.requests | Measured.latency, layout: spanLayout, latency: new Map([[10, 30]]) }),
    ]);
    expect(edge.requests).toBe(30);
    expect(edge.signals.connectionsPerSecond).toBeCloseTo(6 / 300);
    expect(edge.signals.p50Ms).toBeGreaterThan(6.3);
  });

  it('shows mirrored traffic as evidence only', () => {
    const edge = onlyEdge([row({ ...wo, responses: { 'http 200 -': 10 } }), row({ ...wo, intent: 'mirror', responses: { 'http 200 -': 7 } })]);
    expect(edge.requests).toBe(10);
    expect(edge.evidence.map((one) => one.intent).sort()).toEqual(['mirror', 'primary']);
    expect(build([row({ ...wo, intent: 'mirror', responses: { 'http 200 -': 7 } })]).edges).toEqual([]);
  });
});

describe('rule 2: requests = destination total + what never left the source', () => {
  it('adds UH, NR, NC, UO, DO, FI, UAEX and RL of the source', () => {
    const flags = ['UH', 'NR', 'NC', 'UO', 'DO', 'FI', 'UAEX', 'RL'];
    const edge = onlyEdge([
      row({ ...wo, responses: { 'http 200 -': 92 } }),
      row({ ...wo, side: 'source', responses: { 'http 200 -': 92, ...Object.fromEntries(flags.map((flag) => [`http 503 ${flag}`, 1])) } }),
    ]);
    expect(edge.requests).toBe(100);
    expect(edge.signals.errorRatio).toBeCloseTo(0.08);
    expect(edge.clientErrorsPerSecond).toBe(0);
  });

  it('keeps timeouts seen by the source alone as client outcomes, and judges the edge by them', () => {
    const edge = onlyEdge([
      row({ ...wo, responses: { 'http 200 -': 97, 'http 200 DC': 3 } }),
      row({ ...wo, side: 'source', responses: { 'http 200 -': 97, 'http 504 UT': 3 } }),
    ]);
    expect(edge.requests).toBe(100);
    expect(edge.signals.errorRatio).toBe(0);
    expect(edge.clientErrorsPerSecond).toBeCloseTo(3 / 300);
    expect(edge.responses.filter((one) => one.clientOutcome)).toEqual([{ kind: 'http', code: '504', flags: 'UT', count: 3, clientOutcome: true }]);
    expect([edge.health, edge.healthReason]).toEqual(['Degraded', '3.0 % 5xx']);
  });

  it('counts retries by what reached the destination: 9 asked, 27 attempts', () => {
    const edge = onlyEdge([row({ ...wo, responses: { 'http 503 -': 27 } }), row({ ...wo, side: 'source', responses: { 'http 503 URX': 9 } })]);
    expect(edge.requests).toBe(27);
    expect(edge.clientErrorsPerSecond).toBeCloseTo(9 / 300);
  });

  it('adds UF only where the destination has no match for it', () => {
    const source = row({ ...wo, side: 'source', responses: { 'http 503 UF': 9 } });
    expect(onlyEdge([row({ ...wo, responses: { 'http 200 -': 10 } }), source]).requests).toBe(19);
    expect(onlyEdge([row({ ...wo, responses: { 'http 200 -': 10, 'http 503 UF': 4 } }), source]).requests).toBe(19);
    expect(onlyEdge([row({ ...wo, responses: { 'http 200 -': 10 } }), row({ ...wo, side: 'source', responses: { 'http 503 UF,URX': 2 } })]).requests).toBe(12);
  });

  it('lets the source speak for all where nobody else does', () => {
    const edge = onlyEdge([row({ ...wo, side: 'source', responses: { 'http 200 -': 90, 'http 504 UT': 10 } })]);
    expect([edge.requests, edge.signals.errorRatio, edge.clientErrorsPerSecond]).toEqual([100, 0.1, null]);
  });

  it('joins a refused request that never got an endpoint (UH) to the only workload of the service', () => {
    const nowhere = { ...unknownEntity, cluster: 'c' };
    const edge = onlyEdge([
      row({ ...wo, responses: { 'http 200 -': 94 } }),
      row({ ...wo, side: 'source', responses: { 'http 200 -': 94 } }),
      row({ from: web, to: nowhere, service: host('orders'), side: 'source', responses: { 'http 503 UH': 6 } }),
    ]);
    expect(edge.requests).toBe(100);
  });

  it('shows UH without any destination as a service node', () => {
    const graph = build([row({ from: web, to: unknownEntity, service: host('empty'), side: 'source', responses: { 'http 503 UH': 6 } })]);
    expect(edgeOf(graph, 'web', 'empty').requests).toBe(6);
    expect(graph.nodes.find((node) => node.label === 'empty')).toMatchObject({ entity: { kind: 'service', namespace: 'shop' }, health: 'Failure', healthReason: '100.0 % 5xx' });
  });

  it('counts the middle as a destination, but not beside one', () => {
    const middle = row({ ...wo, side: 'middle', responses: { 'http 200 -': 50 }, via: ['waypoint:shop/waypoint'] });
    expect(onlyEdge([middle]).requests).toBe(50);
    expect(onlyEdge([middle, row({ ...wo, responses: { 'http 200 -': 40 } })]).requests).toBe(40);
  });

  it('adds connections that the source alone saw fail', () => {
    const measured = Measured.connections | Measured.connectionsFailed;
    const edge = onlyEdge([
      row({ ...wo, measured, protocols: 4, connectionsOpened: 20, connectionsFailed: 2, responses: { 'tcp - DENY': 2 } }),
      row({ ...wo, measured, protocols: 4, side: 'source', connectionsOpened: 25, connectionsFailed: 7, responses: { 'tcp - CONNECT': 2, 'tcp - NETWORK_POLICY': 5 } }),
    ]);
    expect(edge.signals.connectionsPerSecond! * 300).toBeCloseTo(25);
    expect(edge.signals.connectionsFailedPerSecond! * 300).toBeCloseTo(7);
    expect([edge.health, edge.healthReason]).toEqual(['Failure', '28.0 % connections failed']);
  });
});

describe('rule 3: both latencies are kept', () => {
  const measured = Measured.requests | Measured.latency;
  it('keeps the destination and the client beside each other', () => {
    const edge = onlyEdge([
      row({ ...wo, measured, requests: 10, latency: new Map([[3, 10]]) }),
      row({ ...wo, measured, side: 'source', requests: 10, latency: new Map([[5, 10]]) }),
    ]);
    expect(edge.signals.p99Ms).toBeCloseTo(9.95);
    expect(edge.clientP99Ms).toBeCloseTo(49.75);
    expect(edge.signals.latencyApproximate).toBe(false);
  });

  it('marks what was re-bucketed as approximate', () => {
    const edge = onlyEdge([
      row({ ...wo, measured, requests: 10, latency: new Map([[3, 10]]) }),
      row({ ...wo, measured, requests: 10, layout: spanLayout, latency: new Map([[10, 10]]) }),
    ]);
    expect(edge.signals.latencyApproximate).toBe(true);
    expect(edge.signals.p50Ms).toBeGreaterThan(5);
    expect(edge.signals.p50Ms).toBeLessThan(10);
  });
});

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

describe('rule 7: provenance', () => {
  it('says what each piece of evidence was used for, and how far it believes the edge', () => {
    const alone = onlyEdge([row({ ...wo, side: 'source', responses: { 'http 200 -': 10 } })]);
    const both = onlyEdge([row({ ...wo, responses: { 'http 200 -': 10 } }), row({ ...wo, side: 'source', responses: { 'http 200 -': 10 } })]);
    expect(both.evidence.map((one) => [one.side, one.usedFor])).toEqual([['destination', ['requests']], ['source', ['clientErrors']]]);
    expect(both.confidence).toBeGreaterThan(alone.confidence);
    const disagreeing = onlyEdge([row({ ...wo, responses: { 'http 200 -': 10 } }), row({ ...wo, side: 'source', responses: { 'http 200 -': 100 } })]);
    expect(disagreeing.confidence).toBeLessThan(both.confidence);
  });
  it('counts ids without a name', () => {
    expect(build([{ ...row({ ...wo, requests: 1 }), edge: null }]).quality.unnamedEdges).toBe(1);
  });
});

describe('rule 8: windows', () => {
  it('is settled five minutes after its end', () => {
    expect([build([], { now: t0 + 599 }).settled, build([], { now: t0 + 600 }).settled]).toEqual([false, true]);
  });
  it('gives rates per second of the part that has data', () => {
    const graph = build([row({ ...wo, requests: 50, firstBucket: t0 + 240, lastBucket: t0 + 280 })]);
    expect([graph.coveredSeconds, graph.edges[0]!.signals.requestsPerSecond]).toEqual([50, 1]);
  });
});

describe('rule 9: open semantics', () => {
  it('counts client spans without a peer at their node and draws no edge', () => {
    const graph = build([row({ ...wo, requests: 3 }), row({ from: web, to: unknownEntity, instrument: 'trace', side: 'source', requests: 7 })]);
    expect(graph.edges).toHaveLength(1);
    expect(graph.nodes.find((node) => node.label === 'web')!.unresolved).toBe(7);
    expect(graph.quality.unresolved).toBe(7);
  });
  it('keeps self-edges, topics and databases', () => {
    const graph = build([
      row({ from: web, to: web, requests: 3 }),
      row({ from: web, to: topic('kafka', 'orders'), instrument: 'trace', side: 'source', requests: 2 }),
      row({ from: topic('kafka', 'orders'), to: orders, instrument: 'trace', requests: 2 }),
      row({ from: orders, to: database('postgresql', 'pg.data', 5432, 'orders'), instrument: 'trace', side: 'source', requests: 4, errors: 1 }),
    ]);
    expect(graph.edges).toHaveLength(4);
    expect(edgeOf(graph, 'orders', 'postgresql:pg.data:5432/orders')).toMatchObject({ health: 'Failure', healthReason: '25.0 % errors' });
    expect(graph.nodes.find((node) => node.label === 'web')!.isRoot).toBe(true);
  });
});

describe('graph types', () => {
  const rows = [
    row({ from: web, to: reviews1, service: host('reviews'), responses: { 'http 200 -': 10 } }),
    row({ from: web, to: reviews2, service: host('reviews'), responses: { 'http 200 -': 20 } }),
    row({ from: reviews1, to: orders, service: host('orders'), responses: { 'http 200 -': 5 } }),
  ];
  it.each([
    [GraphType.workload, ['orders', 'reviews-v1', 'reviews-v2', 'web'], 3],
    [GraphType.app, ['orders', 'reviews', 'web'], 2],
    [GraphType.versionedApp, ['orders v1', 'reviews v1', 'reviews v2', 'web v1'], 3],
    [GraphType.service, ['orders', 'reviews', 'web'], 2],
  ])('%s', (type, labels, edges) => {
    const graph = build(rows, { type });
    expect(graph.nodes.map((node) => node.label).sort()).toEqual(labels);
    expect(graph.edges).toHaveLength(edges);
    expect(graph.edges.reduce((sum, edge) => sum + Math.round(edge.signals.requestsPerSecond! * 300), 0)).toBe(35);
  });
  it('draws what is idle only when asked', () => {
    const graph = build(rows.slice(0, 1), { idleRows: rows });
    expect(graph.edges.map((edge) => edge.isIdle).filter(Boolean)).toHaveLength(2);
    expect(edgeOf(graph, 'web', 'reviews-v2')).toMatchObject({ isIdle: true, health: 'NA', requests: null });
  });
});

describe('properties', () => {
  const entity = fc.constantFrom(web, orders, reviews1, reviews2, application('', 'shop', 'web'), application('c', '', 'reviews', 'v1'), unknownEntity, workload('c', 'shop', 'waypoint'));
  const anyRow = fc.record({
    from: entity, to: entity,
    service: fc.constantFrom('', host('orders'), host('reviews')), serviceGuessed: fc.boolean(), port: fc.constantFrom(0, 80),
    instrument: fc.constantFrom('proxy' as const, 'trace' as const, 'flow' as const),
    side: fc.constantFrom('source' as const, 'destination' as const, 'middle' as const),
    feed: fc.constantFrom('a', 'b'),
    intent: fc.constantFrom('primary' as const, 'primary' as const, 'mirror' as const),
    via: fc.constantFrom([], ['waypoint:shop/waypoint']),
    measured: fc.integer({ min: 1, max: 0x3fff }),
    responses: fc.dictionary(fc.constantFrom('http 200 -', 'http 503 UH', 'http 503 UF', 'http 504 UT', 'grpc 14 -', 'tcp - CONNECT', 'drop POLICY_DENIED -'), fc.nat(50)),
    connectionsOpened: fc.nat(20), connectionsFailed: fc.nat(5), bytesSent: fc.nat(1000), drops: fc.nat(3),
    requestsSecured: fc.nat(9), requestsPlaintext: fc.nat(9),
    latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.integer({ min: 1, max: 30 })), { selector: ([index]) => index }).map((pairs) => new Map(pairs)),
    layout: fc.constantFrom(envoyLayout, spanLayout),
    lastBucket: fc.constantFrom(t0 + 100, t0 + 290),
  }).map(row);

  it('any order of the rows gives the same bytes', () => {
    fc.assert(fc.property(fc.array(anyRow, { maxLength: 25 }).chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))), fc.constantFrom(...Object.values(GraphType)), ([rows, shuffled], type) => {
      expect(JSON.stringify(build(shuffled, { type }))).toBe(JSON.stringify(build(rows, { type })));
    }), { numRuns: 300 });
  });

  it('any split of a row gives the same numbers', () => {
    fc.assert(fc.property(fc.array(anyRow, { minLength: 1, maxLength: 12 }), fc.nat(11), (rows, at) => {
      const index = at % rows.length;
      const half = split(rows[index]!);
      const whole = build(rows), parted = build([...rows.slice(0, index), ...half, ...rows.slice(index + 1)]);
      expect(parted.edges.map(numbers)).toEqual(whole.edges.map(numbers));
    }));
  });

  it('dropping weaker instruments never changes what a stronger one measures', () => {
    const measuring = fc.array(anyRow.filter(({ edge }) => edge!.source.kind === 'workload' && edge!.destination.kind === 'workload'), { maxLength: 20 });
    fc.assert(fc.property(measuring, (rows) => {
      const whole = build(rows), proxies = build(rows.filter((one) => one.instrument === 'proxy'));
      const byId = new Map(whole.edges.map((edge) => [edge.id, edge]));
      for (const edge of proxies.edges) {
        const all = byId.get(edge.id)!;
        for (const signal of ['requestsPerSecond', 'connectionsPerSecond', 'bytesSentPerSecond'] as const) {
          if (edge.signals[signal] !== null) expect(all.signals[signal]! * whole.coveredSeconds).toBeCloseTo(edge.signals[signal] * proxies.coveredSeconds, 6);
        }
        if (edge.signals.errorRatio !== null) expect(all.signals.errorRatio).toBeCloseTo(edge.signals.errorRatio, 9);
        expect(all.confidence).toBeGreaterThanOrEqual(0);
      }
    }), { numRuns: 300 });
  });

  function numbers(edge: GraphEdge): unknown {
    const { signals, responses, mtlsShare, health, id } = edge;
    return [id, signals.requestsPerSecond?.toFixed(9), signals.errorRatio?.toFixed(9), signals.p99Ms?.toFixed(6), signals.connectionsPerSecond?.toFixed(9), responses, mtlsShare, health];
  }
  function split(one: EdgeWindow): EdgeWindow[] {
    const less = (n: number): number => Math.floor(n / 3);
    const keys = ['requests', 'errors', 'requestsEstimated', 'errorsEstimated', 'connectionsOpened', 'connectionsFailed', 'bytesSent', 'drops', 'requestsSecured', 'requestsPlaintext'] as const;
    const part = (f: (n: number) => number): EdgeWindow => ({
      ...one, ...Object.fromEntries(keys.map((key) => [key, f(one[key])])),
      responses: new Map([...one.responses].map(([key, n]) => [key, f(n)])), latency: new Map([...one.latency].map(([key, n]) => [key, f(n)])),
    });
    return [part(less), part((n) => n - less(n))];
  }
});
