import { CountTable, listed, type Counts } from './counts.ts';
import { LatencySum } from './merge-latency.ts';

/**
 * What the speaking rows of an edge (or of all edges into a node) come to, over the whole window. A signal counts only if
 * its bit of `Measured` is in `measured`.
 */
export class TrafficSum {
  measured = 0;
  /** Sampling-corrected. */
  requests = 0;
  errors = 0;
  /** Outcomes that the source alone saw (rule 2). */
  clientErrors = 0;
  bytesSent = 0;
  bytesReceived = 0;
  connections = 0;
  connectionsFailed = 0;
  /** Largest number open at once; of several edges the sum of their largest, an upper bound. */
  openConnections = 0;
  drops = 0;
  requestsSecured = 0;
  requestsPlaintext = 0;
  connectionsSecured = 0;
  connectionsPlaintext = 0;
  /** Latency of the speaking side, and as the source saw it. */
  readonly latency = new LatencySum();
  readonly clientLatency = new LatencySum();
  /** False spares `clientLatency`. */
  readonly keepsClientLatency: boolean;
  /** By response key: what is part of the requests and connections, and the source's own outcomes beside them. */
  readonly responses = new CountTable<string>();
  readonly clientOutcomes = new CountTable<string>();
  /** What the caller got, by response key: as the source reported it, else as the destination did. */
  readonly toCaller = new CountTable<string>();

  constructor(keepsClientLatency = true) {
    this.keepsClientLatency = keepsClientLatency;
  }

  clear(): void {
    this.measured = this.requests = this.errors = this.clientErrors = 0;
    this.bytesSent = this.bytesReceived = this.connections = this.connectionsFailed = this.openConnections = this.drops = 0;
    this.requestsSecured = this.requestsPlaintext = this.connectionsSecured = this.connectionsPlaintext = 0;
    this.latency.clear();
    this.clientLatency.clear();
    this.responses.clear();
    this.clientOutcomes.clear();
    this.toCaller.clear();
  }

  /** Adds what another edge brought here: different traffic, so all of it adds up. What its callers got is not told of the one who was called. */
  addCalled(other: TrafficSum): void {
    this.measured |= other.measured;
    this.requests += other.requests;
    this.errors += other.errors;
    this.clientErrors += other.clientErrors;
    this.bytesSent += other.bytesSent;
    this.bytesReceived += other.bytesReceived;
    this.connections += other.connections;
    this.connectionsFailed += other.connectionsFailed;
    this.openConnections += other.openConnections;
    this.drops += other.drops;
    this.latency.addSum(other.latency);
    addCounts(this.responses, other.responses);
  }

  /** Whether all counts are whole, so that sums of them are exact in whatever order they come and go. */
  get isWhole(): boolean {
    for (const count of [this.requests, this.errors, this.clientErrors, this.bytesSent, this.bytesReceived, this.connections, this.connectionsFailed, this.openConnections, this.drops]) {
      if (!Number.isSafeInteger(count)) return false;
    }
    return areWhole(this.responses) && areWhole(this.toCaller) && this.latency.isWhole;
  }
}

/** Adds the counts of `more` to `into`, or takes them out. */
export function addCounts(into: CountTable<string>, more: Counts<string>, times: 1 | -1 = 1): void {
  const { keys, counts, from, to } = listed(more);
  for (let at = from; at < to; at++) {
    if (times === 1) into.addFrom(keys[at]!, counts, at);
    else into.take(keys[at]!, counts[at]!);
  }
}

function areWhole(counts: CountTable<string>): boolean {
  for (let at = 0; at < counts.size; at++) if (!Number.isSafeInteger(counts.counts[at])) return false;
  return true;
}
