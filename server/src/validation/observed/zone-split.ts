import type { EdgeEvidence } from '../evidence/evidence.ts';

/** Bytes to a service from zones in which it answers too. */
export interface ZoneSplit {
  readonly local: number;
  readonly across: number;
  /** What went from one zone to another, most first. */
  readonly pairs: readonly { readonly source: string; readonly destination: string; readonly bytes: number }[];
}

/**
 * Splits what went to a service into what stayed in the caller's zone and what did not. Only callers in zones where the
 * service answered somebody count: the others have no choice. Bytes of both directions.
 */
export function zoneSplit(edges: readonly EdgeEvidence[]): ZoneSplit {
  const known = edges.flatMap(({ zones }) => zones).filter(({ sourceZone, destinationZone }) => sourceZone !== '' && destinationZone !== '');
  const answering = new Set(known.map(({ destinationZone }) => destinationZone));
  const pairs = new Map<string, { source: string; destination: string; bytes: number }>();
  let local = 0, across = 0;
  for (const { sourceZone: source, destinationZone: destination, bytesSent, bytesReceived } of known) {
    if (!answering.has(source)) continue;
    const bytes = bytesSent + bytesReceived;
    if (source === destination) {
      local += bytes;
      continue;
    }
    across += bytes;
    const key = JSON.stringify([source, destination]), pair = pairs.get(key);
    if (pair) pair.bytes += bytes;
    else pairs.set(key, { source, destination, bytes });
  }
  return { local, across, pairs: [...pairs.values()].sort((a, b) => b.bytes - a.bytes || (a.source < b.source ? -1 : 1)) };
}
