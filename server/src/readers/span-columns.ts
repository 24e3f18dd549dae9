import { EntityKind } from '@orrery/collectors/model/entity';
import type { Span, SpanKind, SpanStatus } from '@orrery/collectors/model/span';
import { sql } from '@orrery/collectors/store/sql';

/** A whole span as a read row; ids as hex, times as text because they do not fit a number. */
export const spanColumns = sql`tenant, lower(hex(trace_id)) AS traceId, lower(hex(span_id)) AS spanId, lower(hex(parent_span_id)) AS parentSpanId,
  trace_state AS traceState, kind, name, cluster, namespace, entity_kind AS entityKind, entity_name AS entityName, app, version,
  toString(toUnixTimestamp64Nano(start)) AS startNs, toString(duration_ns) AS durationNs, status, status_message AS statusMessage,
  http_status AS httpStatus, grpc_status AS grpcStatus, http_method AS httpMethod, route, peer_service AS peerService,
  server_address AS serverAddress, server_port AS serverPort, network_peer_address AS networkPeerAddress,
  db_system AS dbSystem, db_namespace AS dbNamespace, messaging_system AS messagingSystem, messaging_destination AS messagingDestination,
  is_proxy AS isProxy, upstream_cluster AS upstreamCluster, sample_weight AS sampleWeight,
  resource_attributes AS resourceAttributes, attributes,
  arrayMap(e -> (toString(toUnixTimestamp64Nano(e.time)), e.name, e.attributes), events) AS eventList,
  arrayMap(l -> (lower(hex(l.trace_id)), lower(hex(l.span_id))), links) AS linkList`;

type Copied = 'tenant' | 'traceId' | 'spanId' | 'traceState' | 'name' | 'statusMessage' | 'httpStatus' | 'grpcStatus' | 'httpMethod' | 'route' | 'peerService' | 'serverAddress' | 'serverPort' | 'networkPeerAddress' | 'dbSystem' | 'dbNamespace' | 'messagingSystem' | 'messagingDestination' | 'upstreamCluster' | 'sampleWeight';

export interface SpanColumnsRow extends Pick<Span, Copied> {
  readonly parentSpanId: string;
  readonly kind: number;
  readonly status: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly entityKind: string;
  readonly entityName: string;
  readonly app: string;
  readonly version: string;
  readonly startNs: string;
  readonly durationNs: string;
  readonly isProxy: boolean | number;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly eventList: readonly (readonly [string, string, Readonly<Record<string, string>>])[];
  readonly linkList: readonly (readonly [string, string])[];
}

const noParent = '0'.repeat(16);
const kinds: ReadonlySet<string> = new Set(Object.values(EntityKind));

export function spanOf(row: SpanColumnsRow): Span {
  const { cluster, namespace, entityKind, entityName, app, version, eventList, linkList, ...rest } = row;
  return {
    ...rest,
    parentSpanId: row.parentSpanId === noParent ? '' : row.parentSpanId,
    kind: row.kind as SpanKind,
    status: row.status as SpanStatus,
    entity: { cluster, namespace, kind: kinds.has(entityKind) ? (entityKind as EntityKind) : EntityKind.unknown, name: entityName, app, version },
    startNs: BigInt(row.startNs), durationNs: BigInt(row.durationNs),
    isProxy: Boolean(row.isProxy),
    resourceAttributes: new Map(Object.entries(row.resourceAttributes)),
    attributes: new Map(Object.entries(row.attributes)),
    events: eventList.map(([timeNs, name, attributes]) => ({ timeNs: BigInt(timeNs), name, attributes: new Map(Object.entries(attributes)) })),
    links: linkList.map(([traceId, spanId]) => ({ traceId, spanId })),
  };
}
