import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { ApiParts } from '../../app.module.ts';
import type { GraphColumns, GraphDiff } from '../../inference/graph-columns.ts';
import type { GraphEdge, GraphNode, ServiceGraph } from '../../inference/graph.ts';
import { createGraphs, type GraphsDeps } from '../graph/graphs.ts';
import { createGraphSnapshots } from '../graph/graph-snapshots.ts';
import { createLiveGraphs } from '../graph/live-graphs.ts';
import { guardPolicy } from '../http/request-guard.ts';
import { schemaFile } from '../print-schema.ts';

const signals = {
  requestsPerSecond: 2, errorRatio: 0.5, p50Ms: 1, p90Ms: 2, p99Ms: 3, latencyApproximate: false,
  bytesSentPerSecond: null, bytesReceivedPerSecond: null, connectionsPerSecond: null, connectionsFailedPerSecond: null, openConnections: null,
};

function fakeNode(name: string): GraphNode {
  const entity = { cluster: 'c', namespace: 'shop', kind: 'workload', name, app: name, version: 'v1' } as const;
  return { id: Buffer.from(name).toString('hex').padStart(16, '0'), entity, label: name, health: 'Healthy', healthReason: '', signals, isRoot: name === 'web', isIdle: false, isOutsideMesh: false, unresolved: 0 };
}

function fakeEdge(id: string, overrides: Partial<GraphEdge> = {}): GraphEdge {
  return {
    id, source: '0000000000776562', destination: '00006f7264657273', protocols: ['http'], services: ['orders.shop'], ports: [8080],
    health: 'Failure', healthReason: '50 % 5xx', signals, clientP99Ms: null, clientErrorsPerSecond: null,
    responses: [{ kind: 'http', code: '503', flags: 'UH', count: 3, clientOutcome: false }],
    mtlsShare: 1, sourcePrincipals: [], destinationPrincipals: [], via: [], evidence: [], confidence: 1, lastSeen: 1_800_000_000, isIdle: false,
    edgeIds: ['00112233445566778899aabbccddeeff'], ...overrides,
  };
}

/** Two nodes with `edges` edges between them. */
export function fakeGraph(edges = 1): ServiceGraph {
  return {
    tenant: 'default', type: 'workload', window: { from: 1_799_999_700, to: 1_800_000_000, step: 10 }, coveredSeconds: 300, settled: false,
    nodes: [fakeNode('orders'), fakeNode('web')],
    edges: Array.from({ length: edges }, (_, i) => fakeEdge(`e${i.toString(16).padStart(15, '0')}`)),
    quality: { unattributed: 0, unresolved: 0, unnamedEdges: 0, partial: [] },
  };
}

/** Columns that carry only what tests look at. */
export function fakeColumns(version: string, edgeIds: readonly string[] = ['e000000000000000']): GraphColumns {
  return { version, edges: { id: edgeIds } } as unknown as GraphColumns;
}

/** Everything as changed, or null where the version is the same. */
export function fakeDiff(base: GraphColumns | null, next: GraphColumns): GraphDiff | null {
  if (base?.version === next.version) return null;
  return { version: next.version, base: base?.version ?? '', from: 0, to: 1, coveredSeconds: 1, changed: next, removedNodes: [], removedEdges: [] };
}

/** A data set that tests change between requests. */
export interface FakeData {
  graph: ServiceGraph;
  version: number;
  failure: Error | null;
  computed: number;
}

/** A graph that tests change between two answers. */
export function fakeData(): FakeData {
  return { graph: fakeGraph(), version: 1, failure: null, computed: 0 };
}

/** Parts of the API over `data`, with everything behind the ports made up. */
export function fakeParts(data: FakeData, overrides: Partial<ApiParts> = {}): ApiParts {
  const now = (): number => 1_800_000_000_000;
  const snapshots = createGraphSnapshots({
    changeToken: () => Promise.resolve(String(data.version)),
    columns: () => Promise.resolve(null),
    graph: ({ notes }) => {
      data.computed++;
      return data.failure ? Promise.reject(data.failure) : Promise.resolve({ ...data.graph, quality: { ...data.graph.quality, partial: notes } });
    },
    toColumns: (graph) => fakeColumns(String(data.version), graph.edges.map((edge) => edge.id)),
  });
  const deps: GraphsDeps = {
    tenant: 'default', snapshots, now,
    liveGraphs: createLiveGraphs({ changeToken: snapshots.changeToken, columns: async (request) => (await snapshots.get(request)).columns, diff: fakeDiff, now, tickMs: 5 }),
    series: () => Promise.resolve({ time: [1], requestsPerSecond: [2], errorsPerSecond: [null], p50Ms: [null], p90Ms: [null], p99Ms: [null], bytesPerSecond: [null], connectionsPerSecond: [null], callers: { errorRatio: 0.5, errorRatios: [0.5] } }),
  };
  return {
    graphs: createGraphs(deps),
    operations: { operations: () => Promise.resolve(null) },
    spans: { edgeSpans: () => Promise.resolve([]), trace: () => Promise.resolve([]) },
    insights: {
      blastRadius: () => Promise.resolve(null), rawSeries: () => Promise.resolve(null),
      mtlsPosture: () => Promise.reject(new Error('no posture')), strictImpact: () => Promise.reject(new Error('no posture')),
      trafficCost: () => Promise.reject(new Error('no bytes')), dataQuality: () => Promise.reject(new Error('no rows')),
    },
    findings: { findings: () => Promise.reject(new Error('no configuration')), finding: () => Promise.resolve(null), history: () => Promise.resolve([]) },
    events: { events: () => Promise.reject(new Error('no events')) },
    eventIntake: { take: () => Promise.reject(new Error('no events')), refuse: () => undefined },
    times: { traffic: () => Promise.reject(new Error('no series')), compare: () => Promise.reject(new Error('no comparison')), why: () => Promise.resolve(null) },
    sources: { dataSources: () => Promise.resolve([]), rejections: () => Promise.resolve([]), scrapeHistory: () => Promise.resolve({ from: 0, to: 0, targets: [], truncated: false }) },
    status: () => ({ version: '0', startedMs: 0, storeMode: 'embedded', storeReady: true, storeStartupMs: 0, listeners: [], demo: false, replay: null }),
    readiness: () => ({ ready: data.failure === null, reasons: data.failure ? [data.failure.message] : [] }),
    metrics: new Registry(),
    flowsHandler: (_req, res) => {
      res.writeHead(204).end();
      return Promise.resolve();
    },
    findingStakes: { of: () => Promise.reject(new Error('no configuration')) },
    configUploads: null,
    bundles: { busy: () => false, record: () => Promise.reject(new Error('nothing to record')) },
    logger: pino({ level: 'silent' }),
    schema: readFileSync(schemaFile, 'utf8'),
    introspection: true,
    policy: guardPolicy('127.0.0.1', [], []),
    ...overrides,
  };
}
