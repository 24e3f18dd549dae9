import type { AccessLog } from '@orrery/collectors/model/access-log';
import { Measured, Protocol, responseKey, Side, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { addTo, EdgeSums, type EdgeSum } from './edge-sum.ts';
import { edgesOfAccessLog, type LoggedEdge, type LoggedStream, type StreamEnds } from './edges-of-access-log.ts';

/** Equal entries of one bucket, counted by the store. */
export interface AccessLogGroup extends LoggedStream, Pick<AccessLog, 'protocol' | 'localPrincipal' | 'responseCode' | 'grpcStatus'> {
  readonly bucket: number;
  readonly ends: StreamEnds;
  /** Index into `spanLayout`; -1 where no duration was measured. */
  readonly latencyIndex: number;
  readonly durationNs: number;
  readonly count: number;
  /** What the entries stand for. */
  readonly weight: number;
  readonly attempts: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Entries have keys of their own, so what several loggers of one proxy deliver is one story. */
const feed = 'als';

/** Groups of access logs → edge traffic of the instrument `log`: requests of HTTP and gRPC, connections of TCP. */
export function edgesOfAccessLogs(tenant: string, groups: readonly AccessLogGroup[]): EdgeTraffic[] {
  const sums = new EdgeSums(tenant, 'log', feed);
  for (const group of groups) {
    for (const logged of edgesOfAccessLog(group, group.ends)) {
      const row = sums.row(group.bucket, logged.edge, logged.side, logged.intent);
      if (logged.via.length > 0) row.via = [...new Set([...row.via, ...logged.via])].sort();
      if (group.protocol === 'http') countRequests(row, group, logged);
      else countConnections(row, group, logged);
      row.bytesSent += group.bytesSent;
      row.bytesReceived += group.bytesReceived;
    }
  }
  return sums.rows();
}

function countRequests(row: EdgeSum, group: AccessLogGroup, logged: LoggedEdge): void {
  const { count, grpcStatus, responseCode, flags } = group;
  const isGrpc = grpcStatus >= 0;
  const isError = isGrpc ? grpcStatus !== 0 : responseCode === 0 || responseCode >= 500;
  row.measured |= Measured.requests | Measured.errors | Measured.bytes;
  row.protocols |= isGrpc ? Protocol.grpc : Protocol.http;
  row.requests += count;
  row.requestsEstimated += group.weight;
  if (isError) {
    row.errors += count;
    row.errorsEstimated += group.weight;
  }
  addTo(row.responses, responseKey(isGrpc ? 'grpc' : 'http', String(isGrpc ? grpcStatus : responseCode), flags), count);
  if (group.latencyIndex >= 0) {
    row.measured |= Measured.latency;
    addTo(row.latency, group.latencyIndex, count);
    row.latencySumMs += group.durationNs / 1e6;
  }
  if (logged.side === Side.source) {
    row.measured |= Measured.attempts;
    row.attempts += group.attempts;
    return;
  }
  tellSecurity(row, group);
  if (isMutual(group)) row.requestsSecured += count;
  else row.requestsPlaintext += count;
}

function countConnections(row: EdgeSum, group: AccessLogGroup, logged: LoggedEdge): void {
  const { count, flags } = group;
  row.measured |= Measured.bytes | Measured.connections | Measured.connectionsFailed;
  row.protocols |= Protocol.tcp;
  row.connectionsOpened += count;
  row.connectionsClosed += count;
  if (flags !== '') {
    addTo(row.responses, responseKey('tcp', '', flags), count);
    if (flags.split(',').some((flag) => neverConnected.has(flag))) row.connectionsFailed += count;
  }
  if (logged.side === Side.source) return;
  tellSecurity(row, group);
  if (isMutual(group)) row.connectionsSecured += count;
  else row.connectionsPlaintext += count;
}

const neverConnected = new Set(['UF', 'UH', 'UO', 'NR', 'NC', 'URX', 'UAEX']);

/** Who was called can know: without TLS properties the connection was plaintext. */
function tellSecurity(row: EdgeSum, { localPrincipal, peerPrincipal }: AccessLogGroup): void {
  row.measured |= Measured.security;
  row.sourcePrincipal ||= peerPrincipal;
  row.destinationPrincipal ||= localPrincipal;
}

function isMutual({ localPrincipal, peerPrincipal }: AccessLogGroup): boolean {
  return localPrincipal !== '' && peerPrincipal !== '';
}
