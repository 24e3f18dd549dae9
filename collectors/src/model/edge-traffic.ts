import type { Edge } from './edge.ts';
import type { LatencyCounts, LatencyLayout } from './latency-layout.ts';

/** How a number was come by. Order is precedence: proxy evidence speaks before the rest. */
export const Instrument = { proxy: 'proxy', log: 'log', trace: 'trace', flow: 'flow', declared: 'declared' } as const;
export type Instrument = (typeof Instrument)[keyof typeof Instrument];

/** Where on the way it was measured. `middle` = a waypoint or gateway that names both ends. */
export const Side = { source: 'source', destination: 'destination', middle: 'middle' } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** Why requests were made: `mirror` are copies whose answers nobody waits for, `probe` health checks. Neither adds to the primary ones. */
export const Intent = { primary: 'primary', mirror: 'mirror', probe: 'probe' } as const;
export type Intent = (typeof Intent)[keyof typeof Intent];

/** Bits of `measured`: what this row's source does measure. A bit not set means «not measured», never 0. */
export const Measured = {
  requests: 1 << 0,
  errors: 1 << 1,
  latency: 1 << 2,
  bytes: 1 << 3,
  connections: 1 << 4,
  connectionsFailed: 1 << 5,
  openConnections: 1 << 6,
  security: 1 << 7,
  messages: 1 << 8,
  attempts: 1 << 9,
  clientErrors: 1 << 10,
  retransmits: 1 << 11,
  drops: 1 << 12,
  rtt: 1 << 13,
  /** No signal but who says so: a proxy of the node (ztunnel), which sees connections and never requests. */
  byNodeProxy: 1 << 14,
} as const;

/** Bits of `protocols` seen on the edge in this row. */
export const Protocol = { http: 1, grpc: 2, tcp: 4, udp: 8, dns: 16, database: 32, messaging: 64 } as const;

/**
 * What travelled on one edge in one bucket, as one instrument on one side told by one feed.
 * Rows are never summed across instrument, side or feed (rule 1); targets within one feed do sum.
 * All counts are for the bucket alone (deltas), integers unless said otherwise.
 */
export interface EdgeTraffic {
  readonly tenant: string;
  /** Start of the bucket, Unix seconds, a multiple of the tier step (10 s for what collectors write). */
  readonly bucket: number;
  readonly edge: Edge;
  readonly instrument: Instrument;
  readonly side: Side;
  /** Delivery path, e.g. `scrape:istio`, `otlp`, `hubble:relay-a`. */
  readonly feed: string;
  /** Unsigned 64-bit hash of (target, sample time) for rows from scrapes; 0n where a job recomputes the row. */
  readonly origin: bigint;
  readonly intent: Intent;
  /** Bits of `Measured`. 0 marks a withdrawn row: a recomputed bucket no longer has this edge. */
  readonly measured: number;
  /** Bits of `Protocol`. */
  readonly protocols: number;
  /** Entities passed on the way (waypoint, gateway, broker), each `<kind>:<namespace>/<name>`. */
  readonly via: readonly string[];

  readonly requests: number;
  /** HTTP ≥ 500 or no response, gRPC status ≠ 0, span status ERROR. 4xx are in `responses` alone. */
  readonly errors: number;
  /** Sampling-corrected counts (float); equal to the observed ones where nothing was sampled. */
  readonly requestsEstimated: number;
  readonly errorsEstimated: number;
  /** Count by `responseKey`. */
  readonly responses: ReadonlyMap<string, number>;
  /** Outcomes that the source alone can see (UT, UC, DC, the attempts behind a retry), never added to requests. */
  readonly clientErrors: number;
  readonly attempts: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;

  readonly layout: LatencyLayout | null;
  readonly latency: LatencyCounts;
  readonly latencySumMs: number;

  /** Client to server, and server to client; payload bytes. */
  readonly bytesSent: number;
  readonly bytesReceived: number;

  readonly connectionsOpened: number;
  readonly connectionsClosed: number;
  readonly connectionsFailed: number;
  /** Largest number open at any time in the bucket. */
  readonly openConnections: number;
  readonly retransmits: number;
  readonly drops: number;
  readonly rttSumMs: number;
  readonly rttCount: number;

  readonly requestsSecured: number;
  readonly requestsPlaintext: number;
  readonly connectionsSecured: number;
  readonly connectionsPlaintext: number;
  readonly sourcePrincipal: string;
  readonly destinationPrincipal: string;
}

type RowKey = Pick<EdgeTraffic, 'tenant' | 'bucket' | 'edge' | 'instrument' | 'side' | 'feed'>;

/** An EdgeTraffic row of zeros to fill: everything that is not given is «not measured». */
export function edgeTraffic(row: RowKey & Partial<EdgeTraffic>): EdgeTraffic {
  return {
    origin: 0n, intent: Intent.primary, measured: 0, protocols: 0, via: [],
    requests: 0, errors: 0,
    requestsEstimated: row.requests ?? 0, errorsEstimated: row.errors ?? 0,
    responses: new Map(), clientErrors: 0, attempts: 0, messagesSent: 0, messagesReceived: 0,
    layout: null, latency: new Map(), latencySumMs: 0,
    bytesSent: 0, bytesReceived: 0,
    connectionsOpened: 0, connectionsClosed: 0, connectionsFailed: 0, openConnections: 0,
    retransmits: 0, drops: 0, rttSumMs: 0, rttCount: 0,
    requestsSecured: 0, requestsPlaintext: 0, connectionsSecured: 0, connectionsPlaintext: 0,
    sourcePrincipal: '', destinationPrincipal: '',
    ...row,
  };
}

/** Key of `responses`: `<http|grpc|tcp|drop> <code> <flags>`, `-` where there is none, e.g. `http 503 UH`, `tcp - CONNECT`, `drop POLICY_DENIED -`. */
export function responseKey(kind: 'http' | 'grpc' | 'tcp' | 'drop', code: string, flags: string): string {
  return `${kind} ${code === '' ? '-' : code} ${flags === '' ? '-' : flags}`;
}

/** The parts of a `responseKey`; `-` becomes `''`. */
export function parseResponseKey(key: string): { kind: string; code: string; flags: string } {
  const [kind = '', code = '-', flags = '-'] = key.split(' ');
  return { kind, code: code === '-' ? '' : code, flags: flags === '-' ? '' : flags };
}
