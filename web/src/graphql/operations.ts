import type { Operation } from './request.ts';

/** Types of the schema as far as the console asks. null = not measured. */
export interface GraphInput {
  readonly type: string;
  readonly window: { readonly from?: number; readonly to?: number };
  readonly namespaces: readonly string[];
  readonly idleNodes?: boolean;
  readonly idleEdges?: boolean;
  readonly injectServices?: boolean;
  readonly operations?: boolean;
  readonly http?: string;
  readonly grpc?: string;
  readonly tcp?: string;
  readonly ambient?: string;
  readonly waypoints?: string;
  readonly node?: string;
  readonly depth?: number;
}

export interface Entity { readonly cluster: string; readonly namespace: string; readonly kind: string; readonly name: string; readonly app: string; readonly version: string }

export interface GoldenSignals {
  readonly requestsPerSecond: number | null;
  readonly errorRatio: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly latencyApproximate: boolean;
  readonly bytesSentPerSecond: number | null;
  readonly bytesReceivedPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  readonly connectionsFailedPerSecond: number | null;
  readonly openConnections: number | null;
}

export interface ResponseCount { readonly kind: string; readonly code: string; readonly flags: string; readonly count: number; readonly clientOutcome: boolean }

export interface Evidence {
  readonly instrument: string;
  readonly side: string;
  readonly feed: string;
  readonly requestsPerSecond: number | null;
  readonly errorRatio: number | null;
  readonly p99Ms: number | null;
  readonly bytesPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  readonly lastSeen: number;
  readonly sampleRate: number;
  /** Of traces: their estimate by what proxies, else their logs, counted; null where there is nothing to compare. */
  readonly shareOfExact: number | null;
  readonly usedFor: readonly string[];
  readonly via: readonly string[];
}

export interface SignalSeries {
  /** Unix seconds, start of each bucket. */
  readonly time: readonly number[];
  readonly requestsPerSecond: readonly (number | null)[];
  readonly errorsPerSecond: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  readonly bytesPerSecond: readonly (number | null)[];
  readonly connectionsPerSecond: readonly (number | null)[];
  /** What the callers got of the same traffic, where they tell: 0 … 1 over the window, and by bucket. */
  readonly callers: { readonly errorRatio: number; readonly errorRatios: readonly (number | null)[] } | null;
}

export interface DetailWindow { readonly from: number; readonly to: number; readonly step: number; readonly coveredSeconds: number; readonly settled: boolean }

export interface NodeHead { readonly id: string; readonly label: string; readonly entity: Entity; readonly health: string }

export interface EdgeDetail {
  readonly window: DetailWindow;
  readonly source: NodeHead;
  readonly destination: NodeHead;
  readonly series: SignalSeries;
  readonly edge: {
    readonly id: string;
    readonly protocols: readonly string[];
    readonly services: readonly string[];
    readonly ports: readonly number[];
    readonly signals: GoldenSignals;
    readonly clientP99Ms: number | null;
    readonly clientErrorsPerSecond: number | null;
    readonly responses: readonly ResponseCount[];
    readonly mtlsShare: number | null;
    readonly sourcePrincipals: readonly string[];
    readonly destinationPrincipals: readonly string[];
    readonly via: readonly string[];
    readonly evidence: readonly Evidence[];
    readonly confidence: number;
    readonly lastSeen: number;
  };
}

export interface NodeDetail {
  readonly window: DetailWindow;
  readonly series: SignalSeries;
  readonly node: {
    readonly id: string;
    readonly label: string;
    readonly entity: Entity;
    readonly signals: GoldenSignals;
    readonly isOutsideMesh: boolean;
    readonly unresolved: number;
  };
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly entity: Entity;
  /** Unix milliseconds. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: string;
  readonly statusMessage: string;
  readonly httpStatus: number | null;
  readonly grpcStatus: number | null;
}

export interface DataSource {
  readonly source: string;
  readonly feed: string;
  readonly target: string;
  readonly state: 'live' | 'stale' | 'down' | 'silent';
  readonly newestMs: number | null;
  readonly lastReportMs: number | null;
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly lostUpstream: number;
  /** Of the last scrape or connection; null where the source listens. */
  readonly up: boolean | null;
  readonly durationMs: number | null;
  readonly samples: number | null;
  readonly seriesAdded: number;
  readonly error: string;
}

export interface Rejection { readonly timeMs: number; readonly source: string; readonly feed: string; readonly target: string; readonly reason: string; readonly count: number; readonly sample: string }

export interface SystemStatus {
  readonly version: string;
  readonly startedMs: number;
  readonly storeMode: string;
  readonly storeReady: boolean;
  readonly storeStartupMs: number;
  readonly listeners: readonly { readonly protocol: string; readonly address: string }[];
  readonly demo: boolean;
  /** Set where a recorded bundle is shown; times in Unix seconds. */
  readonly replay: { readonly from: number; readonly to: number; readonly recordedAtMs: number; readonly title: string } | null;
}

/** Traffic of the mesh in equal steps: what the time bar draws. */
export interface TrafficSeries {
  readonly stepSeconds: number;
  readonly time: readonly number[];
  readonly requestsPerSecond: readonly (number | null)[];
  readonly errorsPerSecond: readonly (number | null)[];
  /** What callers alone saw, beside the two before. */
  readonly callerErrorsPerSecond: readonly (number | null)[];
  readonly partial: readonly string[];
}

/** What happened: a mark of the time bar. `time` in Unix seconds. */
export interface EventPage { readonly total: number; readonly events: readonly { readonly id: string; readonly time: number; readonly kind: string; readonly title: string }[] }

const signals = 'signals { requestsPerSecond errorRatio p50Ms p90Ms p99Ms latencyApproximate bytesSentPerSecond bytesReceivedPerSecond connectionsPerSecond connectionsFailedPerSecond openConnections }';
const entity = 'entity { cluster namespace kind name app version }';
const series = 'series { time requestsPerSecond errorsPerSecond p50Ms p99Ms bytesPerSecond connectionsPerSecond callers { errorRatio errorRatios } }';
const window = 'window { from to step coveredSeconds settled }';
const span = `traceId spanId parentSpanId name kind ${entity} startMs durationMs status statusMessage httpStatus grpcStatus`;

export const graphDiffSubscription = 'subscription GraphDiff($input: GraphInput) { graphDiff(input: $input) }';

export const edgeQuery: Operation<{ id: string; input: GraphInput }, { edge: EdgeDetail | null }> = {
  document: `query Edge($id: ID!, $input: GraphInput) { edge(id: $id, input: $input) { ${window} ${series}
    source { id label health ${entity} } destination { id label health ${entity} }
    edge { id protocols services ports ${signals} clientP99Ms clientErrorsPerSecond responses { kind code flags count clientOutcome }
      mtlsShare sourcePrincipals destinationPrincipals via confidence lastSeen
      evidence { instrument side feed requestsPerSecond errorRatio p99Ms bytesPerSecond connectionsPerSecond lastSeen sampleRate shareOfExact usedFor via } } } }`,
};

export const nodeQuery: Operation<{ id: string; input: GraphInput }, { node: NodeDetail | null }> = {
  document: `query Node($id: ID!, $input: GraphInput) { node(id: $id, input: $input) { ${window} ${series}
    node { id label ${entity} ${signals} isOutsideMesh unresolved } } }`,
};

export const edgeSpansQuery: Operation<{ edgeId: string; input: GraphInput; limit: number }, { edgeSpans: readonly Span[] }> = {
  document: `query EdgeSpans($edgeId: ID!, $input: GraphInput, $limit: Int!) { edgeSpans(edgeId: $edgeId, input: $input, limit: $limit, errorsFirst: true) { ${span} } }`,
};

export const traceQuery: Operation<{ traceId: string; aroundMs: number }, { trace: readonly Span[] }> = {
  document: `query Trace($traceId: ID!, $aroundMs: Float) { trace(traceId: $traceId, aroundMs: $aroundMs) { ${span} } }`,
};

const source = 'dataSources(minutes: $minutes) { source feed target state newestMs lastReportMs received stored rejected dropped lostUpstream up durationMs samples seriesAdded error }';

export const sourcesQuery: Operation<{ minutes: number }, { status: SystemStatus; dataSources: readonly DataSource[]; rejections: readonly Rejection[] }> = {
  document: `query Sources($minutes: Int!) { status { version startedMs storeMode storeReady storeStartupMs listeners { protocol address } demo replay { from to recordedAtMs title } }
    ${source} rejections(minutes: $minutes, limit: 50) { timeMs source feed target reason count sample } }`,
};

export const trafficQuery: Operation<{ input: GraphInput }, { traffic: TrafficSeries }> = {
  document: 'query Traffic($input: GraphInput) { traffic(input: $input) { stepSeconds time requestsPerSecond errorsPerSecond callerErrorsPerSecond partial } }',
};

export const eventsQuery: Operation<{ window: { from: number; to: number }; namespaces: readonly string[]; limit: number }, { events: EventPage }> = {
  document: 'query Events($window: WindowInput, $namespaces: [String!], $limit: Int!) { events(window: $window, namespaces: $namespaces, limit: $limit) { total events { id time kind title } } }',
};
