import type { Edge } from '@orrery/collectors/model/edge';
import type { Instrument, Intent, Side } from '@orrery/collectors/model/edge-traffic';
import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { identifier, joinSql, sql } from '@orrery/collectors/store/sql';
import type { EdgeWindow } from '../inference/ports.ts';

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

type SumField = (typeof sums)[number][0];

const others = [
  'bucket', 'edge_id', 'instrument', 'side', 'feed', 'intent', 'measured', 'protocols', 'via', 'responses', 'layout_id', 'latency', 'open_connections', 'source_principal', 'destination_principal',
];

/** What a read takes from a tier. */
export const trafficColumns = joinSql([...others, ...sums.map(([, column]) => column)].map(identifier), ', ');

/** The same, summed over the buckets of a group; maps as two arrays, which cost less to print and to read. */
export const sumColumns = joinSql([
  sql`lower(hex(edge_id)) AS id`, sql`instrument`, sql`side`, sql`feed`, sql`intent`, sql`layout_id AS layout`,
  sql`groupBitOr(measured) AS measured_bits`, sql`groupBitOr(protocols) AS protocol_bits`, sql`arraySort(groupUniqArrayArray(via)) AS via_names`,
  sql`sumMap(responses) AS response_counts`, sql`mapKeys(response_counts) AS response_keys`, sql`mapValues(response_counts) AS response_values`,
  sql`sumMap(latency) AS latency_counts`, sql`mapKeys(latency_counts) AS latency_keys`, sql`mapValues(latency_counts) AS latency_values`,
  sql`max(open_connections) AS open`, sql`max(source_principal) AS source_name`, sql`max(destination_principal) AS destination_name`,
  sql`toUnixTimestamp(min(bucket)) AS first_bucket`, sql`toUnixTimestamp(max(bucket)) AS last_bucket`,
  ...sums.map(([field, column]) => sql`sum(${identifier(column)}) AS ${identifier(field)}`),
], ', ');

/** An answer to `sumColumns`. */
export interface TrafficColumns extends Readonly<Record<SumField, readonly number[]>> {
  readonly id: readonly string[];
  readonly instrument: readonly Instrument[];
  readonly side: readonly Side[];
  readonly feed: readonly string[];
  readonly intent: readonly Intent[];
  readonly layout: readonly number[];
  readonly measured_bits: readonly number[];
  readonly protocol_bits: readonly number[];
  readonly via_names: readonly (readonly string[])[];
  readonly response_keys: readonly (readonly string[])[];
  readonly response_values: readonly (readonly number[])[];
  readonly latency_keys: readonly (readonly number[])[];
  readonly latency_values: readonly (readonly number[])[];
  readonly open: readonly number[];
  readonly source_name: readonly string[];
  readonly destination_name: readonly string[];
  readonly first_bucket: readonly number[];
  readonly last_bucket: readonly number[];
}

/** Columns → rows of inference, with names and layouts put in. */
export function decodeTraffic(c: TrafficColumns, nameOf: (id: string) => Edge | null, layoutOf: (id: number) => LatencyLayout | null): EdgeWindow[] {
  return c.id.map((edgeId, i) => ({
    edgeId, edge: nameOf(edgeId),
    instrument: c.instrument[i]!, side: c.side[i]!, feed: c.feed[i]!, intent: c.intent[i]!,
    measured: c.measured_bits[i]!, protocols: c.protocol_bits[i]!, via: c.via_names[i]!,
    responses: zip(c.response_keys[i]!, c.response_values[i]!),
    layout: layoutOf(c.layout[i]!), latency: zip(c.latency_keys[i]!, c.latency_values[i]!),
    openConnections: c.open[i]!, sourcePrincipal: c.source_name[i]!, destinationPrincipal: c.destination_name[i]!,
    firstBucket: c.first_bucket[i]!, lastBucket: c.last_bucket[i]!,
    requests: c.requests[i]!, errors: c.errors[i]!, requestsEstimated: c.requestsEstimated[i]!, errorsEstimated: c.errorsEstimated[i]!,
    clientErrors: c.clientErrors[i]!, attempts: c.attempts[i]!, messagesSent: c.messagesSent[i]!, messagesReceived: c.messagesReceived[i]!,
    latencySumMs: c.latencySumMs[i]!, bytesSent: c.bytesSent[i]!, bytesReceived: c.bytesReceived[i]!,
    connectionsOpened: c.connectionsOpened[i]!, connectionsClosed: c.connectionsClosed[i]!, connectionsFailed: c.connectionsFailed[i]!,
    retransmits: c.retransmits[i]!, drops: c.drops[i]!, rttSumMs: c.rttSumMs[i]!, rttCount: c.rttCount[i]!,
    requestsSecured: c.requestsSecured[i]!, requestsPlaintext: c.requestsPlaintext[i]!,
    connectionsSecured: c.connectionsSecured[i]!, connectionsPlaintext: c.connectionsPlaintext[i]!,
  }));
}

function zip<K, V>(keys: readonly K[], values: readonly V[]): Map<K, V> {
  const map = new Map<K, V>();
  for (let i = 0; i < keys.length; i++) map.set(keys[i]!, values[i]!);
  return map;
}
