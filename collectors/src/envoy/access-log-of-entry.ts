import type { AccessLog } from '../model/access-log.ts';
import type { Entity } from '../model/entity.ts';
import type { AccessLogEntry, SocketAddress } from './access-log-entry.ts';
import { addressOfNode, entityOfNode, type EnvoyNode } from './envoy-node.ts';

/** Who sends a stream of access logs, worked out once. */
export interface LoggingProxy {
  readonly node: string;
  readonly entity: Entity;
  readonly address: string;
  readonly logName: string;
}

/** Who sends a stream, from the node of its first message; without an id its cluster names it. */
export function loggingProxy(node: EnvoyNode, logName: string): LoggingProxy {
  return { node: node.id || node.cluster, entity: entityOfNode(node), address: addressOfNode(node), logName };
}

const dayNs = 86_400_000_000_000n;
/** The year 2000. */
const earliestNs = 946_684_800_000_000_000n;

/** Why an entry cannot be stored, undefined if it can: a closed set of texts, fit to count by. */
export function faultOfEntry({ startNs, durationNs }: AccessLogEntry, nowMs: number): string | undefined {
  if (startNs === 0n) return 'start time is missing';
  if (startNs < earliestNs) return 'start time is before the year 2000';
  if (durationNs !== null && durationNs < 0n) return 'ends before it starts';
  if (durationNs !== null && durationNs > 366n * dayNs) return 'lasts longer than a year';
  if (startNs + (durationNs ?? 0n) > BigInt(Math.floor(nowMs)) * 1_000_000n + dayNs) return 'ends more than a day in the future';
  return undefined;
}

/** `envoy.config.core.v3.RequestMethod` by number. */
const methods = ['', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;
/** Columns are of low cardinality; a longer value has no business in them. */
const maxNameLength = 256;
const noAddress: SocketAddress = { address: '', port: 0 };

/** The model's row of a sound entry (`faultOfEntry` gave undefined). */
export function accessLogOfEntry(tenant: string, proxy: LoggingProxy, entry: AccessLogEntry): AccessLog {
  const called = entry.downstreamLocal ?? noAddress, upstream = entry.upstreamRemote ?? noAddress;
  return {
    tenant, id: entry.id, node: proxy.node, logName: proxy.logName, entity: proxy.entity, nodeAddress: proxy.address,
    protocol: entry.protocol, type: entry.type & 0xff, startNs: entry.startNs, durationNs: entry.durationNs ?? -1n, sampleWeight: weightOf(entry),
    callerAddress: name((entry.directRemote ?? entry.downstreamRemote ?? noAddress).address),
    calledAddress: name(called.address), calledPort: called.port, upstreamAddress: name(upstream.address), upstreamPort: upstream.port,
    upstreamCluster: name(entry.upstreamCluster), flags: entry.flags, attempts: entry.attempts,
    localPrincipal: name(entry.localPrincipal), peerPrincipal: name(entry.peerPrincipal),
    authority: name(entry.authority), method: methods[entry.method] ?? '', path: entry.path,
    responseCode: entry.responseCode <= 999 ? entry.responseCode : 0, grpcStatus: entry.grpcStatus <= 32_767 ? entry.grpcStatus : -1,
    bytesSent: entry.bytesSent, bytesReceived: entry.bytesReceived,
  };
}

function name(text: string): string {
  return text.length > maxNameLength ? text.slice(0, maxNameLength) : text;
}

/** How many entries this one stands for. */
function weightOf({ sampleRate }: AccessLogEntry): number {
  return sampleRate > 0 && sampleRate < 1 ? Math.min(1 / sampleRate, 2 ** 20) : 1;
}
