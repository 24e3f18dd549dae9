import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { EdgeWindow } from './ports.ts';
import type { TrafficSum } from './traffic-sum.ts';
import type { Voice } from './voice.ts';

/**
 * Adds what a voice knows of encryption (rule 5). Requests: the destination's proxy, else the waypoint; never the source,
 * whose Envoy always says `unknown`. Connections: the destination, else the middle, else the source, because ztunnel knows
 * there too (an Envoy source reports no connection security).
 */
export function addSecurity(sum: TrafficSum, voice: Voice): void {
  if ((voice.measured & Measured.security) === 0) return;
  if (!addRequestSecurity(sum, voice.destination)) addRequestSecurity(sum, voice.middle);
  if (!addConnectionSecurity(sum, voice.destination) && !addConnectionSecurity(sum, voice.middle)) addConnectionSecurity(sum, voice.source);
  if (counted(sum)) sum.measured |= Measured.security;
}

/**
 * Share of mTLS, 0 … 1: of requests where any were judged, else of connections; never of both together.
 * Null where nobody who can know said anything.
 */
export function mtlsShare(sum: TrafficSum): number | null {
  if ((sum.measured & Measured.security) === 0) return null;
  const requests = sum.requestsSecured + sum.requestsPlaintext;
  if (requests > 0) return sum.requestsSecured / requests;
  const connections = sum.connectionsSecured + sum.connectionsPlaintext;
  return connections > 0 ? sum.connectionsSecured / connections : null;
}

function counted(sum: TrafficSum): boolean {
  return sum.requestsSecured + sum.requestsPlaintext + sum.connectionsSecured + sum.connectionsPlaintext > 0;
}

function addRequestSecurity(sum: TrafficSum, rows: readonly EdgeWindow[]): boolean {
  let found = false;
  for (const row of rows) {
    if ((row.measured & Measured.security) === 0 || row.requestsSecured + row.requestsPlaintext === 0) continue;
    sum.requestsSecured += row.requestsSecured;
    sum.requestsPlaintext += row.requestsPlaintext;
    found = true;
  }
  return found;
}

function addConnectionSecurity(sum: TrafficSum, rows: readonly EdgeWindow[]): boolean {
  let found = false;
  for (const row of rows) {
    if ((row.measured & Measured.security) === 0 || row.connectionsSecured + row.connectionsPlaintext === 0) continue;
    sum.connectionsSecured += row.connectionsSecured;
    sum.connectionsPlaintext += row.connectionsPlaintext;
    found = true;
  }
  return found;
}
