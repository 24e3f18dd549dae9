import type { EdgeTraffic } from '../../model/edge-traffic.ts';
import { column, tableRow } from '../native-block.ts';
import { array, dateTime, enum8, fixedHex, float64, lowCardinality, map, string, uint16, uint32, uint64 } from '../native-types.ts';

/** An EdgeTraffic row with its edge's id and its version: of equal keys the highest version stays. */
export interface EdgeTrafficRow {
  readonly edgeId: string;
  readonly version: number;
  readonly traffic: EdgeTraffic;
}

const count = (name: string, get: (traffic: EdgeTraffic) => number) => column(name, uint64, (row: EdgeTrafficRow) => get(row.traffic));
const float = (name: string, get: (traffic: EdgeTraffic) => number) => column(name, float64, (row: EdgeTrafficRow) => get(row.traffic));

/** Columns of the tiers; one row for each (tenant, bucket, edge, instrument, side, feed, intent, layout, origin), of the highest version. */
export const edgeTrafficRow = tableRow<EdgeTrafficRow>('edge_traffic_10s', [
  column('tenant', lowCardinality, (row) => row.traffic.tenant),
  column('bucket', dateTime, (row) => row.traffic.bucket),
  column('edge_id', fixedHex(16), (row) => row.edgeId),
  column('instrument', enum8({ proxy: 1, log: 2, trace: 3, flow: 4, declared: 5 }), (row) => row.traffic.instrument),
  column('side', enum8({ source: 1, destination: 2, middle: 3 }), (row) => row.traffic.side),
  column('feed', lowCardinality, (row) => row.traffic.feed),
  column('intent', enum8({ primary: 1, mirror: 2, probe: 3 }), (row) => row.traffic.intent),
  column('origin', uint64, (row) => row.traffic.origin),
  column('measured', uint32, (row) => row.traffic.measured),
  column('protocols', uint16, (row) => row.traffic.protocols),
  column('via', array(lowCardinality), (row) => row.traffic.via),
  count('requests', (t) => t.requests),
  count('errors', (t) => t.errors),
  float('requests_estimated', (t) => t.requestsEstimated),
  float('errors_estimated', (t) => t.errorsEstimated),
  column('responses', map(string, uint64), (row) => row.traffic.responses),
  count('client_errors', (t) => t.clientErrors),
  count('attempts', (t) => t.attempts),
  count('messages_sent', (t) => t.messagesSent),
  count('messages_received', (t) => t.messagesReceived),
  column('layout_id', uint32, (row) => row.traffic.layout?.id ?? 0),
  column('latency', map(uint32, uint64), (row) => row.traffic.latency),
  float('latency_sum_ms', (t) => t.latencySumMs),
  count('bytes_sent', (t) => t.bytesSent),
  count('bytes_received', (t) => t.bytesReceived),
  count('connections_opened', (t) => t.connectionsOpened),
  count('connections_closed', (t) => t.connectionsClosed),
  count('connections_failed', (t) => t.connectionsFailed),
  count('open_connections', (t) => t.openConnections),
  count('retransmits', (t) => t.retransmits),
  count('drops', (t) => t.drops),
  float('rtt_sum_ms', (t) => t.rttSumMs),
  count('rtt_count', (t) => t.rttCount),
  count('requests_secured', (t) => t.requestsSecured),
  count('requests_plaintext', (t) => t.requestsPlaintext),
  count('connections_secured', (t) => t.connectionsSecured),
  count('connections_plaintext', (t) => t.connectionsPlaintext),
  column('source_principal', lowCardinality, (row) => row.traffic.sourcePrincipal),
  column('destination_principal', lowCardinality, (row) => row.traffic.destinationPrincipal),
  column('version', uint64, (row) => row.version),
]);
