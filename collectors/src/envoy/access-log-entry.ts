import type { EnvoyNode } from './envoy-node.ts';

/** Address of a socket; `''` and 0 for a pipe or an internal listener. */
export interface SocketAddress { readonly address: string; readonly port: number }

/** What Orrery reads of an HTTPAccessLogEntry or TCPAccessLogEntry; `''`, 0 and null mean «not given». */
export interface AccessLogEntry {
  /** The id of the stream that it tells of; the hash of its bytes where it has none. */
  readonly id: string;
  readonly protocol: 'http' | 'tcp';
  /** `AccessLogType` by number. */
  readonly type: number;
  /** Share of entries that are logged; 0 where it is not said. */
  readonly sampleRate: number;
  readonly startNs: bigint;
  /** Null where the proxy did not measure it. */
  readonly durationNs: bigint | null;
  /** Who is at the other end of the connection; the older field follows `x-forwarded-for`. */
  readonly directRemote: SocketAddress | null;
  readonly downstreamRemote: SocketAddress | null;
  readonly downstreamLocal: SocketAddress | null;
  readonly upstreamRemote: SocketAddress | null;
  readonly upstreamCluster: string;
  /** Short codes, joined by commas in the order of the fields. */
  readonly flags: string;
  readonly attempts: number;
  readonly isTls: boolean;
  readonly localPrincipal: string;
  readonly peerPrincipal: string;
  readonly authority: string;
  readonly path: string;
  readonly method: number;
  /** 0 where nobody answered. */
  readonly responseCode: number;
  /** -1 if none was logged. */
  readonly grpcStatus: number;
  /** Client to server, and server to client; bodies of HTTP, payload of TCP. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** A StreamAccessLogsMessage. Only the first of a stream names its sender. */
export interface AccessLogMessage {
  readonly node: EnvoyNode | null;
  readonly logName: string;
  readonly entries: readonly AccessLogEntry[];
}
