import type { Entity } from './entity.ts';

/** What a proxy logged of one request or connection, as stored; `''`, 0 and -1 mean «not given». */
export interface AccessLog {
  readonly tenant: string;
  /** The proxy's id of the stream, or the hash of the entry: with node and start the natural key. */
  readonly id: string;
  /** The proxy as it names itself. */
  readonly node: string;
  readonly logName: string;
  /** The workload that the proxy stands beside, or the gateway or waypoint that it is. */
  readonly entity: Entity;
  /** Address of that workload by the proxy's own word. */
  readonly nodeAddress: string;
  readonly protocol: 'http' | 'tcp';
  /** Envoy's `AccessLogType` by number; `finalLogTypes` count. */
  readonly type: number;
  readonly startNs: bigint;
  /** -1 where it was not measured. */
  readonly durationNs: bigint;
  /** How many entries this one stands for, ≥ 1. */
  readonly sampleWeight: number;
  /** At the other end of the connection: never what `x-forwarded-for` says. */
  readonly callerAddress: string;
  /** The proxy's end of it. */
  readonly calledAddress: string;
  readonly calledPort: number;
  readonly upstreamAddress: string;
  readonly upstreamPort: number;
  readonly upstreamCluster: string;
  /** Short codes joined by commas. */
  readonly flags: string;
  readonly attempts: number;
  readonly localPrincipal: string;
  readonly peerPrincipal: string;
  readonly authority: string;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** 0 where nobody answered. */
  readonly responseCode: number;
  /** -1 if none was logged. */
  readonly grpcStatus: number;
  /** Client to server, and server to client; bodies of HTTP, payload of TCP. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** `AccessLogType`s that end a request, connection or session; the others tell of the same again, or too early. Not set: an Envoy before 1.26. */
export const finalLogTypes: readonly number[] = [0, 3, 6, 13];

/** Start of the 10 s in which the entry's request or connection ended, Unix seconds. */
export function accessLogBucket({ startNs, durationNs }: Pick<AccessLog, 'startNs' | 'durationNs'>): number {
  return Number((startNs + (durationNs > 0n ? durationNs : 0n)) / 10_000_000_000n) * 10;
}
