import { edgeText } from '../model/edge.ts';
import { edgeTraffic, Measured, Protocol, responseKey, Side, type EdgeTraffic } from '../model/edge-traffic.ts';
import { bucketIndex, spanLayout } from '../model/latency-layout.ts';
import { bucketOf } from '../model/time-window.ts';
import type { AccessLogEntry } from './access-log-entry.ts';
import { edgesOfAccessLog, type LoggedEdge, type OwnerOf } from './edges-of-access-log.ts';
import type { EnvoyNode } from './envoy-node.ts';

type Sum = { -readonly [K in keyof EdgeTraffic]: EdgeTraffic[K] } & { readonly responses: Map<string, number>; readonly latency: Map<number, number> };

/** Entries of one proxy → edge traffic of the instrument `log`, by the 10 s in which they ended. */
export function rowsOfAccessLog(tenant: string, feed: string, node: EnvoyNode, entries: readonly AccessLogEntry[], ownerOf: OwnerOf): EdgeTraffic[] {
  const rows = new Map<string, Sum>();
  for (const entry of entries) {
    const bucket = bucketOf(Number((entry.startNs + (entry.durationNs ?? 0n)) / 1_000_000n) / 1000);
    for (const logged of edgesOfAccessLog(entry, node, ownerOf)) {
      const { edge, side, intent } = logged;
      const key = `${bucket} ${side} ${intent} ${edgeText(tenant, edge)}`;
      let row = rows.get(key);
      if (!row) {
        const empty = edgeTraffic({ tenant, bucket, edge, instrument: 'log', side, feed, intent, layout: spanLayout });
        rows.set(key, (row = { ...empty, responses: new Map(), latency: new Map() }));
      }
      if (entry.protocol === 'http') countRequest(row, entry, logged);
      else countConnection(row, entry, logged);
    }
  }
  return [...rows.values()];
}

function countRequest(row: Sum, entry: AccessLogEntry, logged: LoggedEdge): void {
  const isGrpc = entry.grpcStatus >= 0;
  const isError = isGrpc ? entry.grpcStatus !== 0 : entry.responseCode === 0 || entry.responseCode >= 500;
  const weight = weightOf(entry);
  row.measured |= Measured.requests | Measured.errors | Measured.bytes;
  row.protocols |= isGrpc ? Protocol.grpc : Protocol.http;
  row.requests++;
  row.requestsEstimated += weight;
  if (isError) {
    row.errors++;
    row.errorsEstimated += weight;
  }
  add(row.responses, responseKey(isGrpc ? 'grpc' : 'http', String(isGrpc ? entry.grpcStatus : entry.responseCode), entry.flags));
  if (entry.durationNs !== null) {
    const ms = Number(entry.durationNs) / 1e6;
    row.measured |= Measured.latency;
    add(row.latency, bucketIndex(spanLayout, ms));
    row.latencySumMs += ms;
  }
  if (logged.side === Side.source) {
    row.measured |= Measured.attempts;
    row.attempts += entry.attempts;
  }
  countBytes(row, entry);
  // The destination can know: without TLS properties the connection was plaintext.
  if (logged.side !== Side.destination) return;
  row.measured |= Measured.security;
  if (isMutual(entry)) row.requestsSecured++;
  else row.requestsPlaintext++;
  name(row, entry);
}

function countConnection(row: Sum, entry: AccessLogEntry, logged: LoggedEdge): void {
  row.measured |= Measured.bytes | Measured.connections | Measured.connectionsFailed;
  row.protocols |= Protocol.tcp;
  row.connectionsOpened++;
  row.connectionsClosed++;
  if (entry.flags !== '') {
    add(row.responses, responseKey('tcp', '', entry.flags));
    if (entry.flags.split(',').some((flag) => neverConnected.has(flag))) row.connectionsFailed++;
  }
  countBytes(row, entry);
  if (logged.side !== Side.destination) return;
  row.measured |= Measured.security;
  if (isMutual(entry)) row.connectionsSecured++;
  else row.connectionsPlaintext++;
  name(row, entry);
}

const neverConnected = new Set(['UF', 'UH', 'UO', 'NR', 'NC', 'URX', 'UAEX']);

function countBytes(row: Sum, entry: AccessLogEntry): void {
  row.bytesSent += entry.bytesSent;
  row.bytesReceived += entry.bytesReceived;
}

function isMutual({ localPrincipal, peerPrincipal }: AccessLogEntry): boolean {
  return localPrincipal !== '' && peerPrincipal !== '';
}

function name(row: Sum, { localPrincipal, peerPrincipal }: AccessLogEntry): void {
  row.sourcePrincipal ||= peerPrincipal;
  row.destinationPrincipal ||= localPrincipal;
}

/** How many entries this one stands for. */
function weightOf({ sampleRate }: AccessLogEntry): number {
  return sampleRate > 0 && sampleRate < 1 ? Math.min(1 / sampleRate, 2 ** 20) : 1;
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
