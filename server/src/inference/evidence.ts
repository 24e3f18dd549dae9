import { Instrument, Intent, Measured, type Side } from '@orrery/collectors/model/edge-traffic';
import type { Evidence } from './graph.ts';
import { LatencySum } from './merge-latency.ts';
import type { Speaker } from './merge-edge.ts';
import type { PlacedRow } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';

/**
 * Everything that was said of an edge: one item per instrument, side, feed and intent, with what each was used for.
 * @param tracedShare what the traces of a side come to of what was counted exactly
 */
export function evidenceOf(rows: readonly PlacedRow[], speakers: readonly Speaker[], seconds: number, tracedShare: (side: Side) => number | null): Evidence[] {
  const byVoice = new Map<string, PlacedRow[]>();
  for (const placed of rows) {
    const { instrument, side, feed, intent } = placed.row;
    const key = `${instrument} ${side} ${intent} ${placed.speaks ? 1 : 0} ${feed}`;
    const list = byVoice.get(key);
    if (list) list.push(placed);
    else byVoice.set(key, [placed]);
  }
  const out: Evidence[] = [];
  for (const key of [...byVoice.keys()].sort()) out.push(summarise(byVoice.get(key)!, speakers, seconds, tracedShare));
  return out;
}

function summarise(placed: readonly PlacedRow[], speakers: readonly Speaker[], seconds: number, tracedShare: (side: Side) => number | null): Evidence {
  const first = placed[0]!;
  const { instrument, side, feed, intent } = first.row;
  let measured = 0, requests = 0, estimated = 0, errors = 0, bytes = 0, connections = 0, lastSeen = 0;
  const latency = new LatencySum();
  const via = new Set<string>();
  for (const { row, via: passed } of placed) {
    measured |= row.measured;
    requests += row.requests;
    estimated += row.requestsEstimated;
    errors += row.errorsEstimated;
    bytes += row.bytesSent + row.bytesReceived;
    connections += row.connectionsOpened;
    latency.add(row.layout, row.latency);
    lastSeen = Math.max(lastSeen, row.lastBucket);
    for (const entry of passed) via.add(entry);
  }
  const speaks = first.speaks && intent === Intent.primary;
  const used = speaks ? speakers.filter((one) => one.instrument === instrument && one.side === side && one.feed === feed).map((one) => one.signal) : [];
  const rate = (bit: number, count: number): number | null => ((measured & bit) !== 0 ? count / seconds : null);
  return {
    instrument, side, feed, intent,
    requestsPerSecond: rate(Measured.requests, estimated),
    errorRatio: (measured & Measured.requests) !== 0 && estimated > 0 ? errors / estimated : null,
    p99Ms: latency.quantiles(0.5, 0.9, 0.99).q3,
    bytesPerSecond: rate(Measured.bytes, bytes),
    connectionsPerSecond: rate(Measured.connections, connections),
    lastSeen,
    sampleRate: requests > 0 ? Math.max(1, estimated / requests) : 1,
    shareOfExact: speaks && instrument === Instrument.trace && (measured & Measured.requests) !== 0 ? tracedShare(side) : null,
    usedFor: [...new Set(used)].sort(),
    via: [...via].sort(),
  };
}

/** Orders the rows of an edge, so that sums of fractions come out the same whatever order they were read in. */
export function compareRows(a: EdgeWindow, b: EdgeWindow): number {
  return (
    compare(a.edgeId, b.edgeId) || compare(a.instrument, b.instrument) || compare(a.side, b.side) ||
    compare(a.feed, b.feed) || compare(a.intent, b.intent) || (a.layout?.id ?? 0) - (b.layout?.id ?? 0) ||
    a.firstBucket - b.firstBucket || a.requestsEstimated - b.requestsEstimated || a.latencySumMs - b.latencySumMs
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
