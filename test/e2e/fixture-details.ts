import { edgeId } from './fixture-columns.ts';
import type { FixtureEdge, FixtureMesh, FixtureNode } from './fixture-mesh.ts';

/** Answers of `edge`, `node`, `edgeSpans` and `trace` for a made-up mesh, in the shapes of the schema. */
export function fixtureDetails(mesh: FixtureMesh, now: () => number): {
  edge(id: string): unknown;
  node(id: string): unknown;
  edgeSpans(id: string): unknown;
  trace(id: string): unknown;
} {
  const nodeNamed = (name: string): FixtureNode => mesh.nodes.find((node) => node.name === name)!;
  const entity = (node: FixtureNode): unknown => ({ cluster: 'prod-eu-1', namespace: node.namespace, kind: node.kind, name: node.name, app: node.name, version: 'v1' });
  const signals = (rps: number | null, errorRatio: number | null, p99Ms: number | null): unknown => ({
    requestsPerSecond: rps, errorRatio, p50Ms: p99Ms === null ? null : p99Ms / 8, p90Ms: p99Ms === null ? null : p99Ms / 2, p99Ms, latencyApproximate: false,
    bytesSentPerSecond: 21_000, bytesReceivedPerSecond: 96_000, connectionsPerSecond: 2.1, connectionsFailedPerSecond: 0, openConnections: 14,
  });
  const headOf = (node: FixtureNode): unknown => ({
    id: node.name, entity: entity(node), label: node.name, health: node.health, healthReason: node.reason, signals: signals(100, 0, 40), isRoot: false, isIdle: node.idle, isOutsideMesh: false, unresolved: 0,
  });
  const window = (): unknown => ({ from: now() - 300, to: now(), step: 10, coveredSeconds: 300, settled: false });
  const series = (rps: number, ratio: number, p99: number, atCallers = ratio): unknown => {
    const points = Array.from({ length: 30 }, (_, i) => i);
    const noise = (i: number, k: number): number => 1 + 0.06 * Math.sin(i * 1.7 + k) + 0.04 * Math.sin(i * 3.1 + 2 * k);
    const bad = (i: number): number => (i < 16 ? 0.003 : ratio);
    return {
      time: points.map((i) => Math.floor(now() / 10) * 10 - 300 + i * 10), requestsPerSecond: points.map((i) => rps * noise(i, 1)), errorsPerSecond: points.map((i) => rps * bad(i) * noise(i, 2)),
      p50Ms: points.map((i) => (p99 / 8) * noise(i, 3)), p90Ms: points.map((i) => (p99 / 2) * noise(i, 4)), p99Ms: points.map((i) => p99 * noise(i, 5) * (i < 16 ? 0.8 : 1)),
      bytesPerSecond: points.map(() => 120_000), connectionsPerSecond: points.map(() => 2),
      callers: { errorRatio: atCallers, errorRatios: points.map((i) => (i < 16 ? 0 : atCallers * noise(i, 2))) },
    };
  };
  const evidence = (instrument: string, side: string, rps: number | null, ratio: number | null, p99: number | null, usedFor: string[], sampleRate = 1): unknown => ({
    instrument, side, feed: instrument === 'proxy' ? 'scrape:mesh' : instrument === 'trace' ? 'otlp' : 'hubble:relay', requestsPerSecond: rps, errorRatio: ratio, p99Ms: p99, bytesPerSecond: 96_000,
    connectionsPerSecond: instrument === 'flow' ? 2.1 : null, lastSeen: now() - 5, sampleRate, shareOfExact: null, usedFor, via: [],
  });
  const edgeObject = (edge: FixtureEdge): unknown => {
    const rps = edge.rps ?? 0;
    const ratio = edge.errorRatio ?? 0;
    const failing = ratio > 0;
    const alone = seenByCaller(edge);
    return {
      id: edgeId(edge), source: edge.source, destination: edge.destination, protocols: [edge.protocol], services: [`${edge.destination}.${nodeNamed(edge.destination).namespace}.svc.cluster.local`], ports: [8080],
      health: edge.health, healthReason: edge.reason, signals: signals(edge.rps, edge.errorRatio, edge.p99Ms), clientP99Ms: edge.p99Ms === null ? null : edge.p99Ms + 9, clientErrorsPerSecond: alone > 0 ? alone * rps : failing ? 1.1 : 0,
      responses: [
        { kind: 'http', code: '200', flags: '', count: rps * (1 - ratio) * 300, clientOutcome: false }, { kind: 'http', code: '402', flags: '', count: rps * 4, clientOutcome: false },
        ...(failing ? [{ kind: 'http', code: '503', flags: 'UH', count: rps * ratio * 290, clientOutcome: false }, { kind: 'http', code: '500', flags: '', count: rps * ratio * 10, clientOutcome: false }, { kind: 'http', code: '504', flags: 'UT', count: 330, clientOutcome: true }] : []),
        ...(alone > 0 ? [{ kind: 'http', code: '503', flags: 'UC', count: alone * rps * 300, clientOutcome: true }] : []),
      ],
      mtlsShare: edge.mtls, sourcePrincipals: [`spiffe://cluster.local/ns/${nodeNamed(edge.source).namespace}/sa/${edge.source}`], destinationPrincipals: [`spiffe://cluster.local/ns/${nodeNamed(edge.destination).namespace}/sa/${edge.destination}`],
      via: edge.destination === 'payment' ? ['waypoint:payments/waypoint'] : [],
      evidence: [evidence('proxy', 'destination', rps * 0.88, 0.001, edge.p99Ms, ['requests', 'latency', 'mtls']), evidence('proxy', 'source', rps, ratio, edge.p99Ms, failing ? ['503 UH'] : []), evidence('trace', 'destination', rps * 0.99, ratio, edge.p99Ms, [], 10), evidence('flow', 'source', null, null, null, ['connections'])],
      confidence: 0.97, lastSeen: now() - 4, isIdle: edge.idle,
    };
  };
  const span = (edge: FixtureEdge, i: number, failing: boolean): unknown => ({
    traceId: `7c1e${String(i).padStart(4, '0')}b2d94f6aa904e02b51f7${String(i).padStart(4, '0')}`, spanId: `00f067aa0ba902b${i % 10}`, parentSpanId: null, name: `POST /${edge.destination}`, kind: 'SERVER', entity: entity(nodeNamed(edge.destination)),
    startMs: (now() - 5 - i * 3) * 1000, durationMs: failing ? 3.1 : (edge.p99Ms ?? 20) / 3 + i, status: failing ? 'error' : 'ok', statusMessage: failing ? 'no healthy upstream' : '', httpStatus: failing ? 503 : 200, grpcStatus: null, attributes: [], resourceAttributes: [],
  });
  const edgeWith = (id: string): FixtureEdge | undefined => mesh.edges.find((edge) => edgeId(edge) === id);
  return {
    edge(id) {
      const edge = edgeWith(id);
      if (!edge) return null;
      return { edge: edgeObject(edge), source: headOf(nodeNamed(edge.source)), destination: headOf(nodeNamed(edge.destination)), window: window(), series: series(edge.rps ?? 0, edge.errorRatio ?? 0, edge.p99Ms ?? 0, Math.max(edge.errorRatio ?? 0, seenByCaller(edge))) };
    },
    node(id) {
      const node = mesh.nodes.find((one) => one.name === id);
      if (!node) return null;
      return {
        node: headOf(node), window: window(), series: series(140, node.reason === '' ? 0.002 : 0.091, 130),
        inbound: mesh.edges.filter((edge) => edge.destination === id).map(edgeObject), outbound: mesh.edges.filter((edge) => edge.source === id).map(edgeObject), neighbours: [headOf(node)],
      };
    },
    edgeSpans(id) {
      const edge = edgeWith(id);
      if (!edge || edge.protocol === 'tcp') return [];
      const failing = (edge.errorRatio ?? 0) > 0;
      return Array.from({ length: 8 }, (_, i) => span(edge, i, failing && i < 4));
    },
    trace(id) {
      const edge = mesh.edges.find((one) => one.destination === 'payment') ?? mesh.edges[0]!;
      const chain = ['ingress-gw', 'web', 'checkout', 'payment'];
      return chain.map((name, i) => ({
        traceId: id, spanId: `a${i}`, parentSpanId: i === 0 ? null : `a${i - 1}`, name: `POST /${name}`, kind: 'SERVER', entity: entity(mesh.nodes.find((node) => node.name === name) ?? nodeNamed(edge.destination)),
        startMs: (now() - 5) * 1000 + i * 4, durationMs: 60 - i * 14, status: i >= 2 ? 'error' : 'ok', statusMessage: '', httpStatus: i >= 2 ? 503 : 200, grpcStatus: null, attributes: [], resourceAttributes: [],
      }));
    },
  };
}

/** Share of what its caller got that failed for it alone, by the reason of the edge. */
function seenByCaller({ reason }: FixtureEdge): number {
  return reason.endsWith(' at caller') ? Number.parseFloat(reason) / 100 : 0;
}
