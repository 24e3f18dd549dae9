import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { SecurityPolicy } from '../graph.ts';
import type { TrafficSum } from '../traffic-sum.ts';

/**
 * Shares of mutual TLS, plaintext and what nobody could tell, by `connection_security_policy` of who can know it (rule 5).
 * Of requests where any were judged, else of connections; never of both together. Null without requests and connections.
 */
export function securityPolicy(sum: TrafficSum): SecurityPolicy | null {
  const judgedRequests = sum.requestsSecured + sum.requestsPlaintext;
  const judgedConnections = sum.connectionsSecured + sum.connectionsPlaintext;
  const known = (sum.measured & Measured.security) !== 0;
  if (known && judgedRequests > 0) return shares(sum.requestsSecured, sum.requestsPlaintext, sum.requests);
  if (known && judgedConnections > 0) return shares(sum.connectionsSecured, sum.connectionsPlaintext, sum.connections);
  return sum.requests + sum.connections > 0 ? { mutualTls: 0, plaintext: 0, unknown: 1 } : null;
}

function shares(secured: number, plaintext: number, all: number): SecurityPolicy {
  const total = Math.max(all, secured + plaintext);
  return { mutualTls: secured / total, plaintext: plaintext / total, unknown: (total - secured - plaintext) / total };
}
