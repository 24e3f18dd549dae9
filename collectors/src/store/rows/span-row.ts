import type { Span, SpanEvent, SpanLink } from '../../model/span.ts';
import { column, tableRow } from '../native-block.ts';
import { array, bool, dateTime, dateTime64Ns, fixedHex, float64, int16, lowCardinality, map, string, tuple, uint16, uint32, uint64, uint8 } from '../native-types.ts';

const event = tuple<{ time: bigint; name: string; attributes: ReadonlyMap<string, string> }>({ time: dateTime64Ns, name: string, attributes: map(string, string) });
const link = tuple<{ trace_id: string; span_id: string }>({ trace_id: fixedHex(16), span_id: fixedHex(8) });

const eventItem = (e: SpanEvent) => ({ time: e.timeNs, name: e.name, attributes: e.attributes });
const linkItem = (l: SpanLink) => ({ trace_id: l.traceId, span_id: l.spanId });

/** Columns of `spans`; one row for each (tenant, start_bucket, trace_id, span_id, kind, app). */
export const spanRow = tableRow<Span>('spans', [
  column('tenant', lowCardinality, (span) => span.tenant),
  column('start_bucket', dateTime, (span) => Number(span.startNs / 10_000_000_000n) * 10),
  column('trace_id', fixedHex(16), (span) => span.traceId),
  column('span_id', fixedHex(8), (span) => span.spanId),
  column('parent_span_id', fixedHex(8), (span) => span.parentSpanId),
  column('trace_state', string, (span) => span.traceState),
  column('kind', uint8, (span) => span.kind),
  column('name', lowCardinality, (span) => span.name),
  column('cluster', lowCardinality, (span) => span.entity.cluster),
  column('namespace', lowCardinality, (span) => span.entity.namespace),
  column('entity_kind', lowCardinality, (span) => span.entity.kind),
  column('entity_name', lowCardinality, (span) => span.entity.name),
  column('app', lowCardinality, (span) => span.entity.app),
  column('version', lowCardinality, (span) => span.entity.version),
  column('start', dateTime64Ns, (span) => span.startNs),
  column('duration_ns', uint64, (span) => span.durationNs),
  column('status', uint8, (span) => span.status),
  column('status_message', string, (span) => span.statusMessage),
  column('http_status', uint16, (span) => span.httpStatus),
  column('grpc_status', int16, (span) => span.grpcStatus),
  column('http_method', lowCardinality, (span) => span.httpMethod),
  column('route', lowCardinality, (span) => span.route),
  column('peer_service', lowCardinality, (span) => span.peerService),
  column('server_address', lowCardinality, (span) => span.serverAddress),
  column('server_port', uint32, (span) => span.serverPort),
  column('network_peer_address', string, (span) => span.networkPeerAddress),
  column('db_system', lowCardinality, (span) => span.dbSystem),
  column('db_namespace', lowCardinality, (span) => span.dbNamespace),
  column('messaging_system', lowCardinality, (span) => span.messagingSystem),
  column('messaging_destination', lowCardinality, (span) => span.messagingDestination),
  column('is_proxy', bool, (span) => span.isProxy),
  column('upstream_cluster', lowCardinality, (span) => span.upstreamCluster),
  column('sample_weight', float64, (span) => span.sampleWeight),
  column('resource_attributes', map(lowCardinality, string), (span) => span.resourceAttributes),
  column('attributes', map(lowCardinality, string), (span) => span.attributes),
  column('events', array(event), (span) => span.events.map(eventItem)),
  column('links', array(link), (span) => span.links.map(linkItem)),
]);
