import type { Entity } from './entity.ts';

/** OTLP span kinds by number. */
export const SpanKind = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** OTLP status codes by number. */
export const SpanStatus = { unset: 0, ok: 1, error: 2 } as const;
export type SpanStatus = (typeof SpanStatus)[keyof typeof SpanStatus];

/** A span as stored. Ids are lower-case hex; times are nanoseconds; `''` and 0 mean «not given». */
export interface Span {
  readonly tenant: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly kind: SpanKind;
  readonly name: string;
  /** Who recorded the span, from its resource. */
  readonly entity: Entity;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  /** `http.response.status_code` (or its older name), 0 if none. */
  readonly httpStatus: number;
  /** `rpc.grpc.status_code`, -1 if none. */
  readonly grpcStatus: number;
  readonly httpMethod: string;
  /** `http.route`, `rpc.method` or the like: low-cardinality name of the operation. */
  readonly route: string;
  readonly peerService: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly networkPeerAddress: string;
  readonly dbSystem: string;
  readonly dbNamespace: string;
  readonly messagingSystem: string;
  readonly messagingDestination: string;
  /** True for a span that a proxy recorded (`component=proxy`, facts: envoy-family §6). */
  readonly isProxy: boolean;
  /** `upstream_cluster` of a proxy span. */
  readonly upstreamCluster: string;
  /** How many spans this one stands for (tracestate `ot=th`), ≥ 1. */
  readonly sampleWeight: number;
  readonly resourceAttributes: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, string>;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

/** Something that happened while a span lasted; Unix ns. */
export interface SpanEvent { readonly timeNs: bigint; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
/** A span of this or another trace that this one came from; 32 and 16 hex digits. */
export interface SpanLink { readonly traceId: string; readonly spanId: string }
