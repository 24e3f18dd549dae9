import { Measured, Side } from '@orrery/collectors/model/edge-traffic';
import { listed, type CountTable } from './counts.ts';
import type { EdgeWindow } from './ports.ts';
import { outcomeOf } from './response-outcome.ts';
import type { TrafficSum } from './traffic-sum.ts';
import { measures, speakingSide, type Voice } from './voice.ts';

/**
 * Adds a voice's requests to a sum by rule 2: the destination side's total (or a waypoint's, in the middle) plus those of
 * the source side that never left it. Every other outcome that the source alone saw is a client error beside the requests.
 * Without another side the source speaks for all.
 */
export function addRequests(sum: TrafficSum, voice: Voice): void {
  const side = speakingSide(voice, Measured.requests);
  if (side === null) return;
  sum.measured |= Measured.requests;
  const serving = rowsOf(voice, side);
  for (const row of serving) {
    if ((row.measured & Measured.requests) === 0) continue;
    sum.requests += row.requestsEstimated;
    sum.errors += row.errorsEstimated;
    addRequestResponses(sum.responses, row);
  }
  if (side === Side.source) {
    for (const row of serving) addRequestResponses(sum.toCaller, row);
    return;
  }
  addSourceOutcomes(sum, voice, serving);
}

function addSourceOutcomes(sum: TrafficSum, voice: Voice, serving: readonly EdgeWindow[]): void {
  const sourceSpeaks = measures(voice.source, Measured.requests);
  for (const row of sourceSpeaks ? voice.source : serving) addRequestResponses(sum.toCaller, row);
  if (!sourceSpeaks) return;

  // Of few edges anything failed to connect: the others are spared the map.
  let connectFailures: Map<string, number> | null = null;
  for (const row of serving) {
    const { keys, counts, from, to } = listed(row.responses);
    for (let at = from; at < to; at++) {
      const key = keys[at]!;
      if (!outcomeOf(key).connectFailed) continue;
      connectFailures ??= new Map();
      connectFailures.set(key, (connectFailures.get(key) ?? 0) + counts[at]!);
    }
  }
  let flagged = 0, told = 0;
  for (const row of voice.source) {
    const weight = row.requests > 0 ? row.requestsEstimated / row.requests : 1;
    const { keys, counts, from, to } = listed(row.responses);
    for (let at = from; at < to; at++) {
      const key = keys[at]!, count = counts[at]!, outcome = outcomeOf(key);
      if (outcome.flags === '' || (outcome.kind !== 'http' && outcome.kind !== 'grpc')) continue;
      const matched = outcome.connectFailed && !outcome.neverLeft ? takeMatch(connectFailures, key, count) : 0;
      const stayed = outcome.neverLeft || outcome.connectFailed ? count - matched : 0;
      if (stayed > 0) {
        sum.requests += stayed * weight;
        if (outcome.isError) sum.errors += stayed * weight;
        sum.responses.add(key, stayed);
      } else if (matched === 0) {
        flagged += count * weight;
        sum.clientOutcomes.add(key, count);
      }
    }
    told += row.clientErrors * weight;
  }
  sum.measured |= Measured.clientErrors;
  sum.clientErrors += Math.max(flagged, told);
}

/** Connection failures that the destination reports under the same key were seen there: they did leave. */
function takeMatch(available: Map<string, number> | null, key: string, count: number): number {
  if (available === null) return 0;
  const matched = Math.min(count, available.get(key) ?? 0);
  if (matched > 0) available.set(key, (available.get(key) ?? 0) - matched);
  return matched;
}

/**
 * Connections by the same thought: the destination side's, plus failures of which the source has more than the
 * destination (a port that blocks or refuses the tunnel is seen by the source alone).
 */
export function addConnections(sum: TrafficSum, voice: Voice): void {
  const side = speakingSide(voice, Measured.connections);
  if (side === null) return;
  sum.measured |= Measured.connections;
  const serving = rowsOf(voice, side);
  let failed = 0, sourceFailed = 0;
  for (const row of serving) {
    if ((row.measured & Measured.connections) === 0) continue;
    sum.connections += row.connectionsOpened;
    failed += row.connectionsFailed;
    addConnectionOutcomes(sum.responses, row);
  }
  if (side !== Side.source) {
    for (const row of voice.source) {
      sourceFailed += row.connectionsFailed;
      addConnectionOutcomes(sum.clientOutcomes, row);
    }
  }
  const neverArrived = Math.max(0, sourceFailed - failed);
  sum.connections += neverArrived;
  sum.connectionsFailed += failed + neverArrived;
  if (measures(serving, Measured.connectionsFailed) || neverArrived > 0) sum.measured |= Measured.connectionsFailed;
}

export function addBytes(sum: TrafficSum, voice: Voice): void {
  const side = speakingSide(voice, Measured.bytes);
  if (side === null) return;
  sum.measured |= Measured.bytes;
  for (const row of rowsOf(voice, side)) {
    sum.bytesSent += row.bytesSent;
    sum.bytesReceived += row.bytesReceived;
  }
}

export function addOpenConnections(sum: TrafficSum, voice: Voice): void {
  const side = speakingSide(voice, Measured.openConnections);
  if (side === null) return;
  sum.measured |= Measured.openConnections;
  for (const row of rowsOf(voice, side)) sum.openConnections += row.openConnections;
}

/** Packets dropped on the way: a drop at the source never reaches the destination, so both sides' drops are different ones. */
export function addDrops(sum: TrafficSum, voice: Voice): void {
  if ((voice.measured & Measured.drops) === 0) return;
  sum.measured |= Measured.drops;
  for (const rows of [voice.source, voice.destination, voice.middle]) {
    for (const row of rows) {
      sum.drops += row.drops;
      addResponses(sum.responses, row, 'drop', 'drop');
    }
  }
}

/** Both latencies are kept (rule 3): the speaking side's, and the source's, whose gap is the network. */
export function addLatency(sum: TrafficSum, voice: Voice): void {
  const side = speakingSide(voice, Measured.latency);
  if (side === null) return;
  sum.measured |= Measured.latency;
  for (const row of rowsOf(voice, side)) sum.latency.add(row.layout, row.latency, voice.fromTopic);
  if (sum.keepsClientLatency) for (const row of voice.source) sum.clientLatency.add(row.layout, row.latency);
}

/** The rows of one side of a voice. */
export function rowsOf(voice: Voice, side: Side): readonly EdgeWindow[] {
  return side === Side.source ? voice.source : side === Side.destination ? voice.destination : voice.middle;
}

function addRequestResponses(into: CountTable<string>, row: EdgeWindow): void {
  addResponses(into, row, 'http', 'grpc');
}

function addConnectionOutcomes(into: CountTable<string>, row: EdgeWindow): void {
  addResponses(into, row, 'tcp', 'tcp');
}

function addResponses(into: CountTable<string>, row: EdgeWindow, kind: string, other: string): void {
  const { keys, counts, from, to } = listed(row.responses);
  for (let at = from; at < to; at++) {
    const outcome = outcomeOf(keys[at]!);
    if (outcome.kind === kind || outcome.kind === other) into.addFrom(keys[at]!, counts, at);
  }
}
