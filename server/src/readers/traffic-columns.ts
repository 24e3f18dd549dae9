import { identifier, joinSql, sql, type Sql } from '@orrery/collectors/store/sql';
import type { SummedField } from '../inference/row-columns.ts';

/** Counts that a window sums: field of `EdgeWindow` and its column. */
const sums = [
  ['requests', 'requests'], ['errors', 'errors'], ['requestsEstimated', 'requests_estimated'], ['errorsEstimated', 'errors_estimated'],
  ['clientErrors', 'client_errors'], ['attempts', 'attempts'], ['messagesSent', 'messages_sent'], ['messagesReceived', 'messages_received'],
  ['latencySumMs', 'latency_sum_ms'], ['bytesSent', 'bytes_sent'], ['bytesReceived', 'bytes_received'],
  ['connectionsOpened', 'connections_opened'], ['connectionsClosed', 'connections_closed'], ['connectionsFailed', 'connections_failed'],
  ['retransmits', 'retransmits'], ['drops', 'drops'], ['rttSumMs', 'rtt_sum_ms'], ['rttCount', 'rtt_count'],
  ['requestsSecured', 'requests_secured'], ['requestsPlaintext', 'requests_plaintext'],
  ['connectionsSecured', 'connections_secured'], ['connectionsPlaintext', 'connections_plaintext'],
] as const;

const others = [
  'bucket', 'edge_id', 'instrument', 'side', 'feed', 'intent', 'measured', 'protocols', 'via', 'responses', 'layout_id', 'latency', 'open_connections', 'source_principal', 'destination_principal',
];

/**
 * What a read takes from a tier.
 * @param finerBuckets seconds from the start of this tier's bucket to the start of its last bucket of the window's own tier
 */
export function trafficColumns(finerBuckets: number): Sql {
  return sql`${joinSql([...others, ...sums.map(([, column]) => column)].map(identifier), ', ')}, bucket + toIntervalSecond(${finerBuckets}) AS last_start`;
}

/** The same, summed over the buckets of a group; maps as two arrays, which are read in place. */
export const sumColumns = joinSql([
  sql`edge_id`, sql`instrument`, sql`side`, sql`feed`, sql`intent`, sql`layout_id`,
  sql`groupBitOr(measured) AS measured_bits`, sql`groupBitOr(protocols) AS protocol_bits`, sql`arraySort(groupUniqArrayArray(via)) AS via_names`,
  sql`sumMap(responses) AS response_counts`, sql`CAST(mapKeys(response_counts), 'Array(LowCardinality(String))') AS response_keys`, sql`mapValues(response_counts) AS response_values`,
  sql`sumMap(latency) AS latency_counts`, sql`mapKeys(latency_counts) AS latency_keys`, sql`mapValues(latency_counts) AS latency_values`,
  sql`max(open_connections) AS open`, sql`max(source_principal) AS source_name`, sql`max(destination_principal) AS destination_name`,
  sql`toUnixTimestamp(min(bucket)) AS first_bucket`, sql`toUnixTimestamp(max(last_start)) AS last_bucket`,
  ...sums.map(([field, column]) => sql`sum(${identifier(column)}) AS ${identifier(field)}`),
], ', ');

/** Whose numbers a row holds. */
export const rowKeys = ['edge_id', 'instrument', 'side', 'feed', 'intent', 'layout_id'].map(identifier);

/** What of `sumColumns` leaves the store beside the keys: the maps themselves stay. */
export const answerSums = joinSql([
  'measured_bits', 'protocol_bits', 'via_names', 'response_keys', 'response_values', 'latency_keys', 'latency_values',
  'open', 'source_name', 'destination_name', 'first_bucket', 'last_bucket', ...sums.map(([field]) => field),
].map(identifier), ', ');

export const answerColumns = joinSql([...rowKeys, answerSums], ', ');

const columns: ReadonlyMap<SummedField, string> = new Map(sums);

/** The stored column of a count. */
export function columnOf(field: SummedField): string {
  return columns.get(field)!;
}

/** Counts that need not be whole. */
export const fractions: ReadonlySet<string> = new Set<SummedField>(['requestsEstimated', 'errorsEstimated', 'latencySumMs', 'rttSumMs']);
