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
  readonly responses = new Map<string, number>();
  readonly clientOutcomes = new Map<string, number>();
  /** What the caller got, by response key: as the source reported it, else as the destination did. */
  readonly toCaller = new Map<string, number>();

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
    this.#addNumbers(other);
    this.latency.addSum(other.latency);
    addCounts(this.responses, other.responses);
  }

  /** Adds what went out by another edge: of its answers those that the caller got. `withLatency` false spares the histogram. */
  addCalling(other: TrafficSum, withLatency: boolean): void {
    this.#addNumbers(other);
    if (withLatency) this.latency.addSum(other.latency);
    if (other.toCaller.size > 0) addCounts(this.toCaller, other.toCaller);
    else addCounts(this.responses, other.responses);
  }

  #addNumbers(other: TrafficSum): void {
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
  }
}

/** Adds the counts of `from` to `into`. */
export function addCounts(into: Map<string, number>, from: ReadonlyMap<string, number>): void {
  from.forEach((count, key) => into.set(key, (into.get(key) ?? 0) + count));
}
