import { Protocol } from '@orrery/collectors/model/edge-traffic';
import { appended } from './few.ts';
import type { GraphEdge } from './graph.ts';
import type { PlacedRow, SaidRow } from './placed-row.ts';

type Details = Pick<GraphEdge, 'protocols' | 'ports' | 'sourcePrincipals' | 'destinationPrincipals' | 'via' | 'lastSeen' | 'edgeIds'>;

const protocolNames = Object.keys(Protocol).sort() as (keyof typeof Protocol)[];
const nothing: readonly never[] = [];

/** The busiest protocol of an edge, '' if none is named. */
export function busiestProtocol(rows: readonly SaidRow[]): string {
  let seen = 0;
  for (const { row } of rows) seen |= row.protocols;
  const names = namesOf(seen);
  return (names.length < 2 ? names : byTraffic(names, rows))[0] ?? '';
}

/** Unix seconds of the newest bucket with any of the rows. */
export function lastSeenOf(rows: readonly SaidRow[]): number {
  let lastSeen = 0;
  for (const { row } of rows) lastSeen = Math.max(lastSeen, row.lastBucket);
  return lastSeen;
}

/** What an edge's rows say beside numbers. Lists are sorted, protocols by traffic. */
export function detailsOf(rows: readonly PlacedRow[]): Details {
  let edgeIds: string[] | null = null, ports: number[] | null = null, sources: string[] | null = null, destinations: string[] | null = null, via: string[] | null = null;
  let lastSeen = 0, seen = 0;
  for (const { row, port, via: passed } of rows) {
    edgeIds = withItem(edgeIds, row.edgeId);
    lastSeen = Math.max(lastSeen, row.lastBucket);
    seen |= row.protocols;
    if (port !== 0) ports = withItem(ports, port);
    for (const entry of passed) via = withItem(via, entry);
    if (row.sourcePrincipal !== '') sources = withItem(sources, row.sourcePrincipal);
    // A destination's principal is set for plaintext too (rule 5): it is shown only beside encrypted traffic.
    if (row.destinationPrincipal !== '' && row.requestsSecured + row.connectionsSecured > 0) destinations = withItem(destinations, row.destinationPrincipal);
  }
  return {
    protocols: byTraffic(namesOf(seen), rows),
    ports: ports?.sort((a, b) => a - b) ?? nothing,
    sourcePrincipals: sources?.sort() ?? nothing,
    destinationPrincipals: destinations?.sort() ?? nothing,
    via: via?.sort() ?? nothing,
    lastSeen,
    edgeIds: edgeIds?.sort() ?? nothing,
  };
}

const namesByBits = new Map<number, (keyof typeof Protocol)[]>();

/** Names of protocol bits, sorted; there are few combinations. */
function namesOf(bits: number): (keyof typeof Protocol)[] {
  let names = namesByBits.get(bits);
  if (!names) namesByBits.set(bits, (names = protocolNames.filter((name) => (bits & Protocol[name]) !== 0)));
  return names;
}

/** Lists here have one or two items: looking through beats a set. */
function withItem<T>(list: T[] | null, item: T): T[] {
  return list?.includes(item) ? list : appended(list, item);
}

/** Busiest first: by the most that any row with the protocol saw. */
function byTraffic(names: readonly (keyof typeof Protocol)[], rows: readonly SaidRow[]): readonly string[] {
  if (names.length < 2) return names;
  const busy = (name: keyof typeof Protocol): number =>
    rows.reduce((most, { row }) => ((row.protocols & Protocol[name]) === 0 ? most : Math.max(most, row.requests + row.connectionsOpened)), 0);
  return [...names].sort((a, b) => busy(b) - busy(a) || (a < b ? -1 : 1));
}
