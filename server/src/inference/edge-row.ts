import type { Edge } from '@orrery/collectors/model/edge';
import { Intent, type Instrument, type Side } from '@orrery/collectors/model/edge-traffic';
import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { CountSlice, type Counts } from './counts.ts';
import type { SaidRow } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';
import type { RowColumns } from './row-columns.ts';

/** Columns and the rows that read them; other columns about the same keys can be put under the same rows. */
export interface RowTable { columns: RowColumns }

/**
 * A row that is read where its columns lie: 48,000 rows as objects of their own would be 30 MB for the garbage collector.
 * Its fields are getters, which a spread does not copy: see `plainRow`.
 */
export class EdgeRow implements EdgeWindow, SaidRow {
  /** Its place among all rows. */
  readonly index: number;
  /** Asked for of every row that is measured, and therefore at hand: keys lie all over the memory. */
  readonly instrument: Instrument;
  readonly side: Side;
  readonly layout: LatencyLayout | null;
  #table: RowTable;
  #row: number;

  constructor(table: RowTable, row: number) {
    const { instrument, side, layout } = table.columns.keys[row]!;
    this.index = row;
    this.instrument = instrument;
    this.side = side;
    this.layout = layout;
    this.#table = table;
    this.#row = row;
  }

  /** From now on its numbers are those of another table's row, about the same key. */
  readFrom(table: RowTable, row: number): void {
    this.#table = table;
    this.#row = row;
  }

  /** A row that is kept among what was said is that itself. */
  get row(): this { return this; }
  get speaks(): boolean { return this.intent === Intent.primary; }
  get edgeId(): string { return this.#table.columns.keys[this.#row]!.edgeId; }
  get edge(): Edge | null { return this.#table.columns.keys[this.#row]!.edge; }
  get feed(): string { return this.#table.columns.keys[this.#row]!.feed; }
  get intent(): Intent { return this.#table.columns.keys[this.#row]!.intent; }
  get measured(): number { return this.#table.columns.measured[this.#row]!; }
  get protocols(): number { return this.#table.columns.protocols[this.#row]!; }
  get openConnections(): number { return this.#table.columns.openConnections[this.#row]!; }
  get firstBucket(): number { return this.#table.columns.firstBucket[this.#row]!; }
  get lastBucket(): number { return this.#table.columns.lastBucket[this.#row]!; }
  get via(): readonly string[] { return this.#table.columns.via[this.#row]!; }
  get sourcePrincipal(): string { return this.#table.columns.sourcePrincipal[this.#row]!; }
  get destinationPrincipal(): string { return this.#table.columns.destinationPrincipal[this.#row]!; }
  get responses(): Counts<string> { return new CountSlice(this.#table.columns.responses, this.#row); }
  get latency(): Counts<number> { return new CountSlice(this.#table.columns.latency, this.#row); }
  get requests(): number { return this.#table.columns.requests[this.#row]!; }
  get errors(): number { return this.#table.columns.errors[this.#row]!; }
  get requestsEstimated(): number { return this.#table.columns.requestsEstimated[this.#row]!; }
  get errorsEstimated(): number { return this.#table.columns.errorsEstimated[this.#row]!; }
  get clientErrors(): number { return this.#table.columns.clientErrors[this.#row]!; }
  get attempts(): number { return this.#table.columns.attempts[this.#row]!; }
  get messagesSent(): number { return this.#table.columns.messagesSent[this.#row]!; }
  get messagesReceived(): number { return this.#table.columns.messagesReceived[this.#row]!; }
  get latencySumMs(): number { return this.#table.columns.latencySumMs[this.#row]!; }
  get bytesSent(): number { return this.#table.columns.bytesSent[this.#row]!; }
  get bytesReceived(): number { return this.#table.columns.bytesReceived[this.#row]!; }
  get connectionsOpened(): number { return this.#table.columns.connectionsOpened[this.#row]!; }
  get connectionsClosed(): number { return this.#table.columns.connectionsClosed[this.#row]!; }
  get connectionsFailed(): number { return this.#table.columns.connectionsFailed[this.#row]!; }
  get retransmits(): number { return this.#table.columns.retransmits[this.#row]!; }
  get drops(): number { return this.#table.columns.drops[this.#row]!; }
  get rttSumMs(): number { return this.#table.columns.rttSumMs[this.#row]!; }
  get rttCount(): number { return this.#table.columns.rttCount[this.#row]!; }
  get requestsSecured(): number { return this.#table.columns.requestsSecured[this.#row]!; }
  get requestsPlaintext(): number { return this.#table.columns.requestsPlaintext[this.#row]!; }
  get connectionsSecured(): number { return this.#table.columns.connectionsSecured[this.#row]!; }
  get connectionsPlaintext(): number { return this.#table.columns.connectionsPlaintext[this.#row]!; }
}

/** All rows of a table, in their order. */
export function edgeRows(table: RowTable): EdgeRow[] {
  return table.columns.keys.map((_, row) => new EdgeRow(table, row));
}

/** The same row with fields of its own, to be changed or spread. */
export function plainRow(row: EdgeWindow): EdgeWindow {
  const {
    edgeId, edge, instrument, side, feed, intent, layout, measured, protocols, openConnections, firstBucket, lastBucket, via, sourcePrincipal, destinationPrincipal, responses, latency,
    requests, errors, requestsEstimated, errorsEstimated, clientErrors, attempts, messagesSent, messagesReceived, latencySumMs, bytesSent, bytesReceived,
    connectionsOpened, connectionsClosed, connectionsFailed, retransmits, drops, rttSumMs, rttCount, requestsSecured, requestsPlaintext, connectionsSecured, connectionsPlaintext,
  } = row;
  return {
    edgeId, edge, instrument, side, feed, intent, layout, measured, protocols, openConnections, firstBucket, lastBucket, via, sourcePrincipal, destinationPrincipal, responses, latency,
    requests, errors, requestsEstimated, errorsEstimated, clientErrors, attempts, messagesSent, messagesReceived, latencySumMs, bytesSent, bytesReceived,
    connectionsOpened, connectionsClosed, connectionsFailed, retransmits, drops, rttSumMs, rttCount, requestsSecured, requestsPlaintext, connectionsSecured, connectionsPlaintext,
  };
}
