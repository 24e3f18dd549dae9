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

  /**
   * Adds what another edge brought here: different traffic, so all of it adds up. What its callers got is not told of the one
   * who was called. `times` −1 takes out what was added before: exactly that, where all counts are whole.
   */
  addCalled(other: TrafficSum, times: 1 | -1 = 1): void {
    this.#addNumbers(other, times);
    this.latency.addSum(other.latency, times);
    addCounts(this.responses, other.responses, times);
  }

  /** Adds what went out by another edge, or takes it out: of its answers those that the caller got. `withLatency` false spares the histogram. */
  addCalling(other: TrafficSum, withLatency: boolean, times: 1 | -1 = 1): void {
    this.#addNumbers(other, times);
    if (withLatency) this.latency.addSum(other.latency, times);
    addCounts(this.toCaller, other.toCaller.size > 0 ? other.toCaller : other.responses, times);
  }

  /** Whether all counts are whole, so that sums of them are exact in whatever order they come and go. */
  get isWhole(): boolean {
    for (const count of [this.requests, this.errors, this.clientErrors, this.bytesSent, this.bytesReceived, this.connections, this.connectionsFailed, this.openConnections, this.drops]) {
      if (!Number.isSafeInteger(count)) return false;
    }
    return areWhole(this.responses) && areWhole(this.toCaller) && this.latency.isWhole;
  }

  #addNumbers(other: TrafficSum, times: 1 | -1): void {
    this.measured |= other.measured;
    this.requests += times * other.requests;
    this.errors += times * other.errors;
    this.clientErrors += times * other.clientErrors;
    this.bytesSent += times * other.bytesSent;
    this.bytesReceived += times * other.bytesReceived;
    this.connections += times * other.connections;
    this.connectionsFailed += times * other.connectionsFailed;
    this.openConnections += times * other.openConnections;
    this.drops += times * other.drops;
  }
}

/** Adds the counts of `more` to `into`, or takes them out. */
export function addCounts(into: CountTable<string>, more: Counts<string>, times: 1 | -1 = 1): void {
  const { keys, counts, from, to } = listed(more);
  for (let at = from; at < to; at++) {
    if (times === 1) into.add(keys[at]!, counts[at]!);
    else into.take(keys[at]!, counts[at]!);
  }
}

function areWhole(counts: CountTable<string>): boolean {
  for (let at = 0; at < counts.size; at++) if (!Number.isSafeInteger(counts.counts[at])) return false;
  return true;
}
