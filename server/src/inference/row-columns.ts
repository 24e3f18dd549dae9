import type { Edge } from '@orrery/collectors/model/edge';
import type { Instrument, Intent, Side } from '@orrery/collectors/model/edge-traffic';
import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { CountRun, CountSlice, type CountColumn, type Counts, type PlacedCounts } from './counts.ts';

/** Counts of a row that a window sums. */
export const summedFields = [
  'requests', 'errors', 'requestsEstimated', 'errorsEstimated', 'clientErrors', 'attempts', 'messagesSent', 'messagesReceived', 'latencySumMs',
  'bytesSent', 'bytesReceived', 'connectionsOpened', 'connectionsClosed', 'connectionsFailed', 'retransmits', 'drops', 'rttSumMs', 'rttCount',
  'requestsSecured', 'requestsPlaintext', 'connectionsSecured', 'connectionsPlaintext',
] as const;
export type SummedField = (typeof summedFields)[number];

/** Whose numbers a row holds. */
export interface RowKey {
  /** 32 hex digits. */
  readonly edgeId: string;
  readonly edge: Edge | null;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly feed: string;
  readonly intent: Intent;
  readonly layout: LatencyLayout | null;
}

/** Rows of the waist as columns, one item a row; what measures nothing is not there. */
export interface RowColumns extends Readonly<Record<SummedField, Float64Array>> {
  readonly keys: readonly RowKey[];
  readonly measured: Float64Array;
  readonly protocols: Float64Array;
  readonly openConnections: Float64Array;
  readonly firstBucket: Float64Array;
  readonly lastBucket: Float64Array;
  readonly via: readonly (readonly string[])[];
  readonly sourcePrincipal: readonly string[];
  readonly destinationPrincipal: readonly string[];
  readonly responses: CountColumn<string>;
  readonly latency: CountColumn<number> | PlacedCounts;
}

/** The latency counts of a row. */
export function latencyAt({ latency }: Pick<RowColumns, 'latency'>, row: number): Counts<number> {
  return 'starts' in latency ? new CountRun(latency, row) : new CountSlice(latency, row);
}

const nothing = new Float64Array();
const noCounts = { ends: nothing, keys: [], counts: nothing };
export const noRows: RowColumns = {
  ...Object.fromEntries(summedFields.map((field) => [field, nothing])) as Record<SummedField, Float64Array>,
  keys: [], measured: nothing, protocols: nothing, openConnections: nothing, firstBucket: nothing, lastBucket: nothing,
  via: [], sourcePrincipal: [], destinationPrincipal: [], responses: noCounts, latency: noCounts,
};
