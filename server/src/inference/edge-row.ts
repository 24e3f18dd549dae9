import type { Edge } from '@orrery/collectors/model/edge';
import { Intent, type Instrument, type Side } from '@orrery/collectors/model/edge-traffic';
import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { CountSlice, type Counts } from './counts.ts';
import type { SaidRow } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';
import { latencyAt, type RowColumns, type RowKey } from './row-columns.ts';

/** What is asked of every row that is measured, beside its numbers. */
export type RowSays = Pick<RowKey, 'instrument' | 'side' | 'layout'> & Pick<SaidRow, 'speaks'>;

/**
 * A row that is read where its columns lie: 48,000 rows as objects of their own would be 30 MB for the garbage collector.
 * Its fields are getters, which a spread does not copy: see `plainRow`.
 */
export class EdgeRow implements EdgeWindow, SaidRow {
  /** Its place among all rows. */
  index: number;
  /** Asked for of every row that is measured, and therefore at hand: keys lie all over the memory. */
  instrument: Instrument;
  side: Side;
  layout: LatencyLayout | null;
  speaks: boolean;
  #columns: RowColumns;
  #row: number;

  /** @param says left out where it is what the row's key says */
  constructor(columns: RowColumns, row: number, says: RowSays | null = null) {
    const said = says ?? columns.keys[row]!;
    this.index = row;
    this.instrument = said.instrument;
    this.side = said.side;
    this.layout = said.layout;
    this.speaks = says ? says.speaks : columns.keys[row]!.intent === Intent.primary;
    this.#columns = columns;
    this.#row = row;
  }

  /** From now on its numbers are those of another row of columns, about the same key. */
  readFrom(columns: RowColumns, row: number): void {
    this.#columns = columns;
    this.#row = row;
  }

  /** From now on it is another row. */
  become(index: number, { instrument, side, layout, speaks }: RowSays): void {
    this.index = index;
    this.instrument = instrument;
    this.side = side;
    this.layout = layout;
    this.speaks = speaks;
  }

  /** A row that is kept among what was said is that itself. */
  get row(): this { return this; }
  get edgeId(): string { return this.#columns.keys[this.#row]!.edgeId; }
  get edge(): Edge | null { return this.#columns.keys[this.#row]!.edge; }
  get feed(): string { return this.#columns.keys[this.#row]!.feed; }
  get intent(): Intent { return this.#columns.keys[this.#row]!.intent; }
  get measured(): number { return this.#columns.measured[this.#row]!; }
  get protocols(): number { return this.#columns.protocols[this.#row]!; }
  get openConnections(): number { return this.#columns.openConnections[this.#row]!; }
  get firstBucket(): number { return this.#columns.firstBucket[this.#row]!; }
  get lastBucket(): number { return this.#columns.lastBucket[this.#row]!; }
  get via(): readonly string[] { return this.#columns.via[this.#row]!; }
  get sourcePrincipal(): string { return this.#columns.sourcePrincipal[this.#row]!; }
  get destinationPrincipal(): string { return this.#columns.destinationPrincipal[this.#row]!; }
  get responses(): Counts<string> { return new CountSlice(this.#columns.responses, this.#row); }
  get latency(): Counts<number> { return latencyAt(this.#columns, this.#row); }
  get requests(): number { return this.#columns.requests[this.#row]!; }
  get errors(): number { return this.#columns.errors[this.#row]!; }
  get requestsEstimated(): number { return this.#columns.requestsEstimated[this.#row]!; }
  get errorsEstimated(): number { return this.#columns.errorsEstimated[this.#row]!; }
  get clientErrors(): number { return this.#columns.clientErrors[this.#row]!; }
  get attempts(): number { return this.#columns.attempts[this.#row]!; }
  get messagesSent(): number { return this.#columns.messagesSent[this.#row]!; }
  get messagesReceived(): number { return this.#columns.messagesReceived[this.#row]!; }
  get latencySumMs(): number { return this.#columns.latencySumMs[this.#row]!; }
  get bytesSent(): number { return this.#columns.bytesSent[this.#row]!; }
  get bytesReceived(): number { return this.#columns.bytesReceived[this.#row]!; }
  get connectionsOpened(): number { return this.#columns.connectionsOpened[this.#row]!; }
  get connectionsClosed(): number { return this.#columns.connectionsClosed[this.#row]!; }
  get connectionsFailed(): number { return this.#columns.connectionsFailed[this.#row]!; }
  get retransmits(): number { return this.#columns.retransmits[this.#row]!; }
  get drops(): number { return this.#columns.drops[this.#row]!; }
  get rttSumMs(): number { return this.#columns.rttSumMs[this.#row]!; }
  get rttCount(): number { return this.#columns.rttCount[this.#row]!; }
  get requestsSecured(): number { return this.#columns.requestsSecured[this.#row]!; }
  get requestsPlaintext(): number { return this.#columns.requestsPlaintext[this.#row]!; }
  get connectionsSecured(): number { return this.#columns.connectionsSecured[this.#row]!; }
  get connectionsPlaintext(): number { return this.#columns.connectionsPlaintext[this.#row]!; }
}

/** All rows of columns, in their order. */
export function edgeRows(columns: RowColumns): EdgeRow[] {
  return columns.keys.map((_, row) => new EdgeRow(columns, row));
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
