import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured, Protocol } from '@orrery/collectors/model/edge-traffic';
import { database, externalHost, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { badgeNames } from '../badges.ts';
import { graphOf, inventory, runs } from '../appenders/inventory-fixture.ts';
import { GraphType, type GraphEdge, type ServiceGraph } from '../graph.ts';
import type { EdgeWindow, OperationWindow } from '../ports.ts';
import { host, orders, reviews1, reviews2, row, t0, web, type RowSpec } from '../row-fixture.ts';
import { toColumns } from '../to-columns.ts';
import { defaultSelectors, type TrafficSelectors } from './traffic-selectors.ts';
import { viewGraph, type GraphView, type ViewFacts } from './view-graph.ts';

const plain: GraphView = { selectors: null, injectServices: false, showWaypoints: false, appenders: new Set(), namespaces: null, node: null, idle: { nodes: true, edges: true } };
const options = (type: GraphType = GraphType.workload) => ({ tenant: 't', type, window: { from: t0, to: t0 + 300, step: 10 as const }, now: t0 + 3600 });
function view(rows: readonly EdgeWindow[], asked: Partial<GraphView> = {}, facts: Partial<ViewFacts> = {}, type?: GraphType): ServiceGraph {
  const graph = viewGraph(rows, options(type), { ...plain, ...asked }, { inventory: null, operations: null, ...facts });
  if (!graph) throw new Error('no such node');
  return graph;
}
const select = (rows: readonly EdgeWindow[], selectors: Partial<TrafficSelectors>): ServiceGraph => view(rows, { selectors: { ...defaultSelectors, ...selectors } });
const total = (edges: readonly GraphEdge[], of: (edge: GraphEdge) => number | null): number => edges.reduce((sum, edge) => sum + (of(edge) ?? 0), 0);
const requests = (edge: GraphEdge): number | null => edge.signals.requestsPerSecond;

const ends = [web, orders, reviews1, reviews2, workload('c', 'pay', 'bank', 'bank', 'v1')];
const spec: fc.Arbitrary<RowSpec> = fc.record({
  from: fc.constantFrom(...ends, unknownEntity), to: fc.constantFrom(...ends), service: fc.constantFrom('', host('a'), host('b')),
  side: fc.constantFrom('source' as const, 'destination' as const), http: fc.nat(900), grpc: fc.nat(900), bytesSent: fc.nat(9_000), bytesReceived: fc.nat(9_000), layer: fc.constantFrom('l7', 'l4'),
}).map(({ http, grpc, layer, bytesSent, bytesReceived, ...rest }) => (layer === 'l4'
  ? { ...rest, protocols: Protocol.tcp, measured: Measured.bytes | Measured.connections, requests: 0, connectionsOpened: 1 + http, bytesSent, bytesReceived }
  : { ...rest, protocols: (http > 0 ? Protocol.http : 0) | (grpc > 0 || http === 0 ? Protocol.grpc : 0), responses: { 'http 200 -': http, 'grpc 0 -': grpc } }));
const rowsOf = fc.array(spec, { maxLength: 14 }).map((list) => [...new Map(list.map((one) => [JSON.stringify([one.from, one.to, one.service, one.side, one.protocols === Protocol.tcp]), row(one)])).values()]);

it('is the plain graph where nothing is asked for', () => {
  fc.assert(fc.property(rowsOf, (rows) => {
    expect(view(rows)).toEqual(graphOf(rows));
  }));
});

describe('node graphs', () => {
  it('are parts of the whole with the same numbers, and grow with the depth to all that is connected', () => {
    fc.assert(fc.property(rowsOf, fc.nat(20), (rows, pick) => {
      const whole = graphOf(rows);
      const node = whole.nodes[pick % Math.max(1, whole.nodes.length)];
      if (!node) return;
      let before: ServiceGraph | null = null;
      for (const depth of [1, 2, 3, 10]) {
        const part = view(rows, { node: { id: node.id, depth } });
        expect(whole.nodes).toEqual(expect.arrayContaining([...part.nodes]));
        expect(whole.edges).toEqual(expect.arrayContaining([...part.edges]));
        expect(part.nodes.map(({ id }) => id)).toContain(node.id);
        if (before) expect(part.edges).toEqual(expect.arrayContaining([...before.edges]));
        if (depth === 1) expect(part.edges).toEqual(whole.edges.filter((edge) => edge.source === node.id || edge.destination === node.id));
        before = part;
      }
      const inside = new Set(before!.nodes.map(({ id }) => id));
      expect(whole.edges.some((edge) => inside.has(edge.source) !== inside.has(edge.destination))).toBe(false);
    }));
  });

  it('are none of a node that the window does not have', () => {
    expect(viewGraph([row({ from: web, to: orders, requests: 1 })], options(), { ...plain, node: { id: '0123456789abcdef', depth: 1 } }, { inventory: null, operations: null })).toBeNull();
  });
});

describe('traffic selectors', () => {
  const mixed = row({ from: web, to: orders, protocols: Protocol.http | Protocol.grpc | Protocol.tcp, responses: { 'http 200 -': 200, 'http 503 -': 100, 'grpc 0 -': 500, 'grpc 14 UF': 100 },
    messagesSent: 3_000, messagesReceived: 6_000, connectionsOpened: 30, bytesSent: 900, bytesReceived: 1_800,
    measured: Measured.requests | Measured.errors | Measured.messages | Measured.connections | Measured.bytes | Measured.latency, latency: new Map([[2, 900]]) });

  it('split what one row pools, and leave out what cannot be split', () => {
    const [edge] = select([mixed], { tcp: 'none', grpc: 'none' }).edges;
    expect(edge!.traffic).toEqual([{ protocol: 'http', unit: 'requests', perSecond: 1, errorRatio: 1 / 3 }]);
    expect(edge!.signals).toMatchObject({ requestsPerSecond: 1, connectionsPerSecond: null, p99Ms: null, bytesSentPerSecond: null });
    expect(select([mixed], { http: 'none', tcp: 'none' }).edges[0]!.traffic).toMatchObject([{ protocol: 'grpc', unit: 'requests', perSecond: 2 }]);
    expect(select([mixed], { http: 'none', grpc: 'none' }).edges[0]!.signals).toMatchObject({ requestsPerSecond: null, connectionsPerSecond: 0.1 });
  });

  it.each([['sent', 10, 3], ['received', 20, 6], ['total', 30, 9]] as const)('count messages and bytes: %s', (which, messages, bytes) => {
    expect(select([mixed], { http: 'none', grpc: which, tcp: which }).edges[0]!.traffic).toEqual([
      { protocol: 'grpc', unit: 'messages', perSecond: messages, errorRatio: null },
      { protocol: 'tcp', unit: 'bytes', perSecond: bytes, errorRatio: null },
    ]);
  });

  it('leave out edges and nodes that only other traffic connected, and no protocol that has no selector', () => {
    const rows = [row({ from: web, to: orders, requests: 3 }), row({ from: web, to: database('postgresql', 'db', 5432, ''), instrument: 'trace', side: 'source', protocols: Protocol.database, requests: 3 })];
    const graph = select(rows, { http: 'none' });
    expect(graph.nodes.map((node) => node.entity.kind).sort()).toEqual(['database', 'workload']);
    expect(graph.edges).toHaveLength(1);
  });

  it('choose among the reporters of ambient', () => {
    const through = row({ from: web, to: orders, side: 'middle', via: ['waypoint:shop/w'], requests: 300 });
    const direct = row({ from: web, to: orders, protocols: Protocol.tcp, requests: 0, connectionsOpened: 30, bytesSent: 300, measured: Measured.connections | Measured.bytes | Measured.byNodeProxy });
    const of = (ambient: TrafficSelectors['ambient']): string[] => select([through, direct], { ambient }).edges.flatMap((edge) => (edge.traffic ?? []).map(({ protocol }) => protocol));
    expect([of('none'), of('waypoint'), of('ztunnel'), of('total')]).toEqual([[], ['http'], ['tcp'], ['http', 'tcp']]);
  });

  // Of one side: where the sides disagree on the protocol, each protocol hears the side that knows it.
  it('of HTTP and of gRPC together give what both of them give apart; sent and received give the total', () => {
    fc.assert(fc.property(rowsOf.map((rows) => rows.filter(({ side }) => side === 'destination')), (rows) => {
      // What could be of several services is heard where nobody else measures the signal: of HTTP alone perhaps, beside gRPC not.
      fc.pre(graphOf(rows).quality.unattributed === 0);
      const rate = (selectors: Partial<TrafficSelectors>): number => total(select(rows, { http: 'none', grpc: 'none', tcp: 'none', ...selectors }).edges, (edge) => (edge.traffic ?? []).reduce((sum, one) => sum + one.perSecond, 0));
      expect(rate({ http: 'requests', grpc: 'requests' })).toBeCloseTo(rate({ http: 'requests' }) + rate({ grpc: 'requests' }), 6);
      expect(rate({ http: 'requests' }) + rate({ grpc: 'requests' })).toBeCloseTo(total(graphOf(rows).edges, requests), 6);
      expect(rate({ tcp: 'total' })).toBeCloseTo(rate({ tcp: 'sent' }) + rate({ tcp: 'received' }), 6);
      expect(rate({})).toBe(0);
    }));
  });
});

it.each(Object.values(GraphType))('keeps Envoy’s clusters for egress, and who is unknown on either end, as nodes of their own in a %s graph', (type) => {
  const graph = view([
    row({ from: unknownEntity, to: web, service: host('web'), requests: 1 }),
    row({ from: web, to: externalHost('PassthroughCluster'), service: 'a.example.com', side: 'source', requests: 1 }),
    row({ from: web, to: externalHost('PassthroughCluster'), service: 'b.example.com', side: 'source', requests: 1 }),
    row({ from: web, to: externalHost('BlackHoleCluster'), side: 'source', requests: 1 }),
    row({ from: web, to: unknownEntity, side: 'source', requests: 1 }),
  ], { injectServices: true }, {}, type);
  expect(graph.nodes.filter((node) => node.entity.namespace === '').map((node) => node.label).sort()).toEqual(['BlackHoleCluster', 'PassthroughCluster', 'unknown', 'unknown']);
  const unknown = graph.nodes.filter((node) => node.label === 'unknown').map(({ id }) => id);
  expect(unknown.map((id) => [graph.edges.filter((edge) => edge.source === id).length, graph.edges.filter((edge) => edge.destination === id).length]).sort()).toEqual([[0, 1], [1, 0]]);
});

describe('service injection', () => {
  it('puts a service between its callers and its workloads, with all of its traffic on either side', () => {
    const graph = view([
      row({ from: web, to: reviews1, service: host('reviews'), requests: 300 }), row({ from: orders, to: reviews2, service: host('reviews'), requests: 600 }),
      row({ from: web, to: externalHost('example.com'), side: 'source', service: 'example.com', requests: 1 }),
    ], { injectServices: true });
    const name = new Map(graph.nodes.map((node) => [node.id, node.label]));
    expect(graph.edges.map((edge) => `${name.get(edge.source)} → ${name.get(edge.destination)} ${edge.signals.requestsPerSecond!.toFixed(1)}`).sort()).toEqual([
      'orders → reviews 2.0', 'reviews → reviews-v1 1.0', 'reviews → reviews-v2 2.0', 'web → example.com 0.0', 'web → reviews 1.0',
    ]);
    expect(graph.nodes.filter((node) => badgeNames(node.badges ?? 0).includes('injected')).map((node) => node.label)).toEqual(['reviews']);
  });

  it('conserves rates, into the services and out of them, in every graph type', () => {
    fc.assert(fc.property(rowsOf, fc.constantFrom(GraphType.app, GraphType.versionedApp, GraphType.workload), (rows, type) => {
      const graph = view(rows, { injectServices: true }, {}, type);
      const injected = new Set(graph.nodes.filter((node) => badgeNames(node.badges ?? 0).includes('injected')).map(({ id }) => id));
      for (const of of [requests, (edge: GraphEdge) => edge.signals.bytesSentPerSecond, (edge: GraphEdge) => edge.signals.connectionsPerSecond]) {
        const into = total(graph.edges.filter((edge) => injected.has(edge.destination)), of), from = total(graph.edges.filter((edge) => injected.has(edge.source)), of);
        expect(into).toBeCloseTo(from, 6);
        expect(into + total(graph.edges.filter((edge) => !injected.has(edge.destination) && !injected.has(edge.source)), of)).toBeCloseTo(total(graphOf(rows, { type }).edges, of), 6);
      }
    }));
  });
});

describe('waypoints', () => {
  const waypoint = { ...workload('c', 'shop', 'w'), kind: 'waypoint' as const };
  const hop = (from: typeof web, to: typeof web, bytesSent: number): EdgeWindow =>
    row({ from, to, service: host('orders'), protocols: Protocol.tcp, requests: 0, connectionsOpened: 1, bytesSent, measured: Measured.connections | Measured.bytes | Measured.byNodeProxy });
  const rows = [row({ from: web, to: orders, service: host('orders'), side: 'middle', via: ['waypoint:shop/w'], requests: 300 }), hop(web, waypoint, 3_000), hop(waypoint, orders, 3_000)];

  it('are `via` of one edge, or nodes between two; requests and bytes into the waypoint are the same', () => {
    const collapsed = view(rows), shown = view(rows, { showWaypoints: true });
    expect(collapsed.edges.map((edge) => edge.via)).toEqual([['waypoint:shop/w']]);
    expect(shown.nodes.map((node) => node.label).sort()).toEqual(['orders', 'w', 'web']);
    expect(total(shown.edges, requests)).toBe(total(collapsed.edges, requests));
    const id = shown.nodes.find((node) => node.label === 'w')!.id;
    expect(total(shown.edges.filter((edge) => edge.destination === id), (edge) => edge.signals.bytesSentPerSecond)).toBe(collapsed.edges[0]!.signals.bytesSentPerSecond);
  });
});

describe('operations', () => {
  const op = (edgeId: string, operation: string, count: number, more: Partial<OperationWindow> = {}): OperationWindow =>
    ({ edgeId, instrument: 'proxy', side: 'destination', feed: 'f', operation, requests: count, errors: 0, requestsEstimated: count, layout: null, latency: new Map(), ...more });

  it('stand between callers and what answers; what has no operation stays on its edge', () => {
    const a = row({ from: web, to: orders, requests: 900 }), b = row({ from: reviews1, to: orders, requests: 300 });
    const graph = view([a, b], {}, { operations: [op(a.edgeId, 'GET /', 300), op(a.edgeId, 'PUT /', 300), op(b.edgeId, 'GET /', 300)] });
    const name = new Map(graph.nodes.map((node) => [node.id, node.label]));
    expect(graph.edges.map((edge) => `${name.get(edge.source)} → ${name.get(edge.destination)} ${edge.signals.requestsPerSecond}`).sort()).toEqual([
      'GET / → orders 2', 'PUT / → orders 1', 'reviews-v1 → GET / 1', 'web → GET / 1', 'web → PUT / 1', 'web → orders 1',
    ]);
    expect(graph.nodes.filter((node) => node.entity.kind === 'operation').map((node) => node.entity.app)).toEqual(['orders', 'orders']);
  });

  it('are told by one instrument, one side and one feed', () => {
    const a = row({ from: web, to: orders, requests: 300 });
    const graph = view([a], {}, { operations: [op(a.edgeId, 'GET /', 300), op(a.edgeId, 'GET /', 200, { feed: 'g' }), op(a.edgeId, 'GET', 300, { side: 'source' }), op(a.edgeId, 'op', 100, { instrument: 'trace' })] });
    expect(graph.nodes.map((node) => node.label).sort()).toEqual(['GET /', 'orders', 'web']);
    expect(total(graph.edges.filter((edge) => edge.destination === graph.nodes.find((node) => node.label === 'GET /')!.id), requests)).toBe(1);
  });

  it('share what their edge has where they come to nearly as much: they are told by the minute', () => {
    const a = row({ from: web, to: orders, requests: 300 });
    const rates = (count: number): number[] => view([a], {}, { operations: [op(a.edgeId, 'GET /', count), op(a.edgeId, 'PUT /', count)] }).edges.map(({ signals }) => Number(signals.requestsPerSecond!.toFixed(3))).sort();
    expect(rates(145)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(rates(400)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(rates(75)).toEqual([0.25, 0.25, 0.25, 0.25, 0.5]);
  });

  it('conserve the requests of every edge that they are cut out of', () => {
    fc.assert(fc.property(rowsOf, fc.array(fc.tuple(fc.nat(13), fc.constantFrom('a', 'b', 'c'), fc.nat(50))), (rows, cuts) => {
      const told = cuts.flatMap(([at, operation, percent]) => { const one = rows[at]; return one && one.requests > 0 ? [op(one.edgeId, operation, (one.requests * percent) / 1_000, { side: one.side })] : []; })
        .filter(({ requests: count }) => count > 0);
      const operations = [...new Map(told.map((one) => [`${one.edgeId} ${one.operation} ${one.side}`, one])).values()];
      const graph = view(rows, {}, { operations });
      const ids = new Set(graph.nodes.filter((node) => node.entity.kind === 'operation').map(({ id }) => id));
      const into = total(graph.edges.filter((edge) => ids.has(edge.destination)), requests), from = total(graph.edges.filter((edge) => ids.has(edge.source)), requests);
      expect(into).toBeCloseTo(from, 6);
      expect(total(graph.edges.filter((edge) => !ids.has(edge.source)), requests)).toBeCloseTo(total(graphOf(rows).edges, requests), 6);
      expect(graph.edges.map(({ id }) => id)).toEqual(graph.edges.map(({ id }) => id).toSorted());
    }));
  });
});

describe('idle parts', () => {
  const before = [row({ from: web, to: orders, requests: 1 }), row({ from: reviews1, to: reviews2, requests: 1 })];
  const idle = (nodes: boolean, edges: boolean): [number, number] => {
    const graph = viewGraph([row({ from: web, to: reviews1, requests: 1 })], { ...options(), idleRows: before }, { ...plain, idle: { nodes, edges } }, { inventory: null, operations: null })!;
    return [graph.nodes.filter((node) => node.isIdle).length, graph.edges.filter((edge) => edge.isIdle).length];
  };

  it('are nodes, or edges with the nodes at their ends, or both', () => {
    expect([idle(true, false), idle(false, true), idle(true, true), idle(false, false)]).toEqual([[2, 0], [2, 2], [2, 2], [0, 0]]);
  });
});

it('says which appenders had nothing to go by, and adds what the others say', () => {
  const rows = [row({ from: web, to: orders, requests: 1 })];
  const asked = { appenders: new Set(['labels', 'meshCheck', 'outsider', 'securityPolicy'] as const), namespaces: ['pay'] };
  const without = view(rows, asked);
  expect(without.quality.partial).toEqual(['no source of configuration is connected: nothing added by labels, meshCheck']);
  expect(without.nodes.map((node) => badgeNames(node.badges ?? 0))).toEqual([['outside'], ['outside']]);
  const withOne = view(rows, asked, { inventory: inventory({ workloads: [runs('web', { dataPlane: 'none' })] }) });
  expect(withOne.quality.partial).toEqual([]);
  expect(withOne.nodes.flatMap((node) => badgeNames(node.badges ?? 0)).sort()).toEqual(['missingSidecar', 'outside', 'outside']);
  expect(toColumns(withOne).edges).toMatchObject({ plaintextShare: [0], unknownPolicyShare: [1] });
  expect(toColumns(graphOf(rows)).edges.plaintextShare).toBeUndefined();
});
