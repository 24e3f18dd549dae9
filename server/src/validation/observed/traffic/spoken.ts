import { Instrument, Intent, Measured, Side } from '@orrery/collectors/model/edge-traffic';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { outcomeOf } from '../../../inference/response-outcome.ts';
import type { Evidence } from '../../evidence/evidence.ts';

/** What one teller says of the protocols that were spoken to a host at a port. */
export interface Spoken {
  readonly teller: Instrument;
  /** As addressed; 0 = not told. */
  readonly port: number;
  readonly http: number;
  readonly grpc: number;
  /** Connections in which a proxy saw no requests. */
  readonly tcp: number;
  /** Requests that were not what the port is for (`DPE`). */
  readonly malformed: number;
  readonly edgeIds: readonly string[];
}

interface Sums { port: number; teller: Instrument; http: number; grpc: number; tcp: number; malformed: number; edgeIds: Set<string> }
const indexes = new WeakMap<Evidence, ReadonlyMap<string, readonly EdgeWindow[]>>();
const tellers = [Instrument.proxy, Instrument.log, Instrument.trace] as const;

/**
 * What was spoken to a host, by who tells it and by port. Each teller is heard on one side, what arrived before what was
 * sent. Node proxies are left out, which see connections and never requests.
 */
export function spokenTo(evidence: Evidence, host: string): Spoken[] {
  const rows = indexOf(evidence).get(host) ?? [], found: Spoken[] = [];
  for (const teller of tellers) {
    const own = rows.filter(({ instrument, measured }) => instrument === teller && (measured & Measured.byNodeProxy) === 0);
    const side = [Side.destination, Side.middle, Side.source].find((one) => own.some((row) => row.side === one));
    const byPort = new Map<number, Sums>();
    for (const row of own) {
      if (row.side !== side) continue;
      const port = row.edge?.port ?? 0;
      let sums = byPort.get(port);
      if (sums === undefined) byPort.set(port, sums = { port, teller, http: 0, grpc: 0, tcp: 0, malformed: 0, edgeIds: new Set() });
      add(sums, row);
    }
    for (const { edgeIds, ...sums } of byPort.values()) found.push({ ...sums, edgeIds: [...edgeIds] });
  }
  return found;
}

function add(sums: Sums, { edgeId, measured, requests, responses, connectionsOpened }: EdgeWindow): void {
  sums.edgeIds.add(edgeId);
  responses.forEach((count, key) => {
    const { kind, flags } = outcomeOf(key);
    if (kind === 'http') sums.http += count;
    if (kind === 'grpc') sums.grpc += count;
    if (flags.split(',').includes('DPE')) sums.malformed += count;
  });
  if ((measured & Measured.connections) !== 0 && requests === 0) sums.tcp += connectionsOpened;
}

function indexOf(evidence: Evidence): ReadonlyMap<string, readonly EdgeWindow[]> {
  let index = indexes.get(evidence);
  if (index === undefined) indexes.set(evidence, index = Map.groupBy(evidence.rows.filter(({ intent, edge }) => intent === Intent.primary && edge !== null && edge.service !== ''), ({ edge }) => edge!.service));
  return index;
}
