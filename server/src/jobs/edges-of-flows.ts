import { Measured, Protocol, responseKey, type EdgeTraffic, type Side } from '@orrery/collectors/model/edge-traffic';
import type { Entity } from '@orrery/collectors/model/entity';
import { FlowRole } from '@orrery/collectors/model/flow';
import { addTo, EdgeSums, type EdgeSum } from './edge-sum.ts';

/** Equal flows of one bucket, counted by the store. -1 means «not measured». */
export interface FlowGroup {
  readonly bucket: number;
  readonly role: FlowRole;
  readonly side: Side;
  readonly source: Entity;
  readonly destination: Entity;
  readonly service: string;
  readonly port: number;
  /** `tcp`, `udp`, `http`, `grpc`, `dns`, …. */
  readonly protocol: string;
  readonly httpStatus: number;
  readonly dnsRcode: number;
  readonly dropReason: string;
  /** 1 encrypted, 0 not, -1 not known. */
  readonly encrypted: number;
  /** Index into `spanLayout`, -1 where no latency was measured. */
  readonly latencyIndex: number;
  readonly latencyNs: number;
  readonly count: number;
}

/** Flows have keys of their own, so what two relays deliver is one story, deduplicated before it gets here. */
const feed = 'flows';
const protocols: Readonly<Record<string, number>> = { http: Protocol.http, grpc: Protocol.grpc, dns: Protocol.dns, udp: Protocol.udp, tcp: Protocol.tcp };
/** DNS response codes that answer the question: no error, and no such name (rule 9). */
const answered: ReadonlySet<number> = new Set([0, 3]);

/** Groups of flows → edge traffic: openings → connections, responses → requests with latency, drops → drops with their reason. */
export function edgesOfFlows(tenant: string, groups: readonly FlowGroup[]): EdgeTraffic[] {
  const sums = new EdgeSums(tenant, 'flow', feed);
  for (const group of groups) {
    const edge = { source: group.source, destination: group.destination, service: group.service, serviceGuessed: false, port: group.port };
    const row = sums.row(group.bucket, edge, group.side);
    row.protocols |= protocols[group.protocol] ?? 0;
    switch (group.role) {
      case FlowRole.open:
        countOpening(row, group);
        break;
      case FlowRole.response:
        countResponse(row, group);
        break;
      case FlowRole.drop:
        row.measured |= Measured.drops;
        row.drops += group.count;
        addTo(row.responses, responseKey('drop', oneWord(group.dropReason), ''), group.count);
        break;
      case FlowRole.other:
        // A long-lived connection is seen although nothing opens: the edge is there, with no new connection.
        row.measured |= Measured.connections;
        break;
    }
  }
  return sums.rows();
}

function countOpening(row: EdgeSum, { count, encrypted }: FlowGroup): void {
  row.measured |= Measured.connections;
  row.connectionsOpened += count;
  if (encrypted < 0) return;
  row.measured |= Measured.security;
  if (encrypted === 1) row.connectionsSecured += count;
  else row.connectionsPlaintext += count;
}

function countResponse(row: EdgeSum, group: FlowGroup): void {
  const { count, httpStatus, protocol, latencyIndex } = group;
  row.measured |= Measured.requests | Measured.errors;
  row.requests += count;
  row.requestsEstimated += count;
  const failed = protocol === 'dns' ? !answered.has(group.dnsRcode) && group.dnsRcode >= 0 : httpStatus >= 500;
  if (failed) {
    row.errors += count;
    row.errorsEstimated += count;
  }
  if (httpStatus > 0) addTo(row.responses, responseKey('http', String(httpStatus), ''), count);
  if (latencyIndex < 0) return;
  row.measured |= Measured.latency;
  addTo(row.latency, latencyIndex, count);
  row.latencySumMs += group.latencyNs / 1e6;
}

/** Response keys are words with spaces between. */
function oneWord(reason: string): string {
  return reason.replace(/\s+/g, '_');
}
