import type { Service, Workload } from './scenario.ts';

export interface Pod { readonly workload: Workload; readonly name: string; readonly ip: string }

/** What one side's proxy says of a request: code, Envoy flags (`''` for none) and how long it took there. */
export interface Outcome { readonly code: string; readonly flags: string; readonly ms: number }

/** One HTTP or gRPC request, or one attempt of it. Times are Unix milliseconds with fractions. */
export interface RequestHappening {
  readonly kind: 'request';
  readonly at: number;
  readonly caller: Pod;
  /** null where no upstream was found. */
  readonly callee: Pod | null;
  readonly service: Service;
  readonly protocol: 'http' | 'grpc';
  /** gRPC status, `''` for HTTP. */
  readonly grpcStatus: string;
  /** null for an attempt that the caller's proxy retried: it counts the request once, by its last attempt. */
  readonly source: Outcome | null;
  readonly destination: Outcome | null;
  /** The waypoint passed, null for a direct request. */
  readonly waypoint: Pod | null;
  readonly plaintext: boolean;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** A TCP connection as a layer-4 proxy sees it. `bytes` moves counters while it lives. */
export interface ConnectionHappening {
  readonly kind: 'connection';
  readonly at: number;
  readonly phase: 'open' | 'bytes' | 'close';
  readonly caller: Pod;
  /** null for an address that the mesh does not know. */
  readonly callee: Pod | null;
  /** The service whose address was used, null for an unknown one. */
  readonly service: Service | null;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** A span that the application's SDK ended. */
export interface SpanHappening {
  readonly kind: 'span';
  readonly at: number;
  readonly pod: Pod;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly spanKind: 'server' | 'client' | 'producer' | 'consumer';
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly link: { readonly traceId: string; readonly spanId: string } | null;
}

/** Something a node's eBPF observer saw. */
export interface FlowHappening {
  readonly kind: 'flow';
  readonly at: number;
  readonly id: string;
  /** `open`: SYN, `accept`: the SYN-ACK back, `request` and `response` at layer 7. */
  readonly event: 'open' | 'accept' | 'request' | 'response';
  readonly direction: 'egress' | 'ingress';
  readonly caller: Pod;
  readonly callee: Pod;
  readonly service: Service;
  readonly callerPort: number;
  readonly latencyMs: number;
  readonly httpCode: number;
}

export type Happening = RequestHappening | ConnectionHappening | SpanHappening | FlowHappening;
