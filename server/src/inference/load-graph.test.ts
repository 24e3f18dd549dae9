import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { database, topic, unknownEntity } from '@orrery/collectors/model/entity';
import { spanLayout } from '@orrery/collectors/model/latency-layout';
import { build, edgeOf, onlyEdge, wo } from './graph-fixture.ts';
import { GraphType } from './graph.ts';
import { host, orders, reviews1, reviews2, row, t0, web } from './row-fixture.ts';

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

  it('tells what the responses of sampled traces stand for, as their requests', () => {
    const edge = onlyEdge([row({ ...wo, instrument: 'trace', feed: 'otlp', requests: 20, requestsEstimated: 2_000, responses: { 'http 200 -': 19, 'http 500 -': 1 } })]);
    expect([edge.requests, edge.responses.map(({ code, count }) => [code, count])]).toEqual([2_000, [['200', 1_900], ['500', 100]]]);
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
    expect([edge.health, edge.healthReason]).toEqual(['Degraded', '3.0 % 5xx at caller']);
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
