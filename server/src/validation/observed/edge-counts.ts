import type { EdgeEvidence } from '../evidence/evidence.ts';
import type { Measure } from '../model/observation.ts';

/** What is counted of an edge; the two are never added up. */
export type Counted = 'requests' | 'connections';
export const countedKinds = ['requests', 'connections'] as const;

/** Requests or connections of an edge that came in plain text. */
export function plaintextOf({ requestsPlaintext, connectionsPlaintext }: EdgeEvidence, of: Counted): number {
  return of === 'requests' ? requestsPlaintext : connectionsPlaintext;
}

/** Plaintext that was taken for certain: ztunnel counts as opened what it then refuses. */
export function takenPlaintext(edge: EdgeEvidence, of: Counted): number {
  return of === 'requests' ? edge.requestsPlaintext : Math.max(0, edge.connectionsPlaintext - refusedConnections(edge));
}

/** Plaintext connections that ztunnel refused for certain: those that it refused may have been mutual TLS as well. */
export function refusedPlaintext(edge: EdgeEvidence): number {
  return Math.min(edge.connectionsPlaintext, Math.max(0, refusedConnections(edge) - edge.connectionsSecured));
}

function refusedConnections({ edge: { responses } }: EdgeEvidence): number {
  return responses.reduce((sum, { kind, flags, count, clientOutcome }) => (kind === 'tcp' && !clientOutcome && flags.split(',').includes('DENY') ? sum + count : sum), 0);
}

/** Requests or connections of an edge that came over mTLS. */
export function securedOf({ requestsSecured, connectionsSecured }: EdgeEvidence, of: Counted): number {
  return of === 'requests' ? requestsSecured : connectionsSecured;
}

/** A count over some edges. */
export function sumOf(edges: readonly EdgeEvidence[], count: (edge: EdgeEvidence) => number): number {
  return edges.reduce((sum, edge) => sum + count(edge), 0);
}

/** Requests, or connections where nobody counts requests. */
export function trafficOf({ requests, connections }: EdgeEvidence): number {
  return requests ?? connections ?? 0;
}

const mostNamed = 5;

/** The edges with the most of something, as measures of their own. */
export function busiest(edges: readonly EdgeEvidence[], unit: Measure['unit'], by: (edge: EdgeEvidence) => number, configured: number | null = null): Measure[] {
  return edges.filter((edge) => by(edge) > 0).sort((a, b) => by(b) - by(a) || (a.edge.id < b.edge.id ? -1 : 1)).slice(0, mostNamed)
    .map((edge) => ({ name: `${edge.source.label} → ${edge.destination.label}`, unit, observed: by(edge), configured, interval: null }));
}

/** Stored ids of some edges, each once: what a finding opens to. */
export function edgeIdsOf(edges: readonly EdgeEvidence[]): string[] {
  return [...new Set(edges.flatMap(({ edge }) => edge.edgeIds))];
}
