/**
 * What Orrery reads from a span's attributes, and under which names, the current name of the semantic
 * conventions first: it outranks its older names whatever their order in the span. Istio's and Envoy's own
 * tags are at the end (facts of Envoy's tracer: every value is text).
 */
const names = {
  httpMethod: ['http.request.method', 'http.method'],
  httpStatus: ['http.response.status_code', 'http.status_code'],
  httpRoute: ['http.route', 'url.template'],
  url: ['url.full', 'http.url'],
  rpcSystem: ['rpc.system.name', 'rpc.system'],
  rpcService: ['rpc.service'],
  rpcMethod: ['rpc.method'],
  rpcStatus: ['rpc.response.status_code'],
  grpcStatus: ['rpc.grpc.status_code', 'grpc.status_code'],
  peerService: ['service.peer.name', 'peer.service'],
  serverAddress: ['server.address'],
  serverPort: ['server.port'],
  netPeerName: ['net.peer.name'],
  netPeerPort: ['net.peer.port'],
  netHostName: ['net.host.name'],
  netHostPort: ['net.host.port'],
  networkPeerAddress: ['network.peer.address', 'net.sock.peer.addr', 'net.peer.ip'],
  dbSystem: ['db.system.name', 'db.system'],
  dbNamespace: ['db.namespace', 'db.name', 'db.redis.database_index', 'db.cassandra.keyspace', 'db.hbase.namespace'],
  dbSummary: ['db.query.summary', 'db.operation.name', 'db.operation'],
  dbStatement: ['db.query.text', 'db.statement'],
  messagingSystem: ['messaging.system'],
  messagingDestination: ['messaging.destination.name', 'messaging.destination'],
  messagingTemplate: ['messaging.destination.template'],
  messagingTemporary: ['messaging.destination.temporary', 'messaging.temp_destination'],
  messagingAnonymous: ['messaging.destination.anonymous'],
  messagingOperation: ['messaging.operation.name', 'messaging.operation'],
  messagingOperationType: ['messaging.operation.type'],
  component: ['component'],
  error: ['error'],
  nodeId: ['node_id'],
  upstreamCluster: ['upstream_cluster', 'upstream_cluster.name'],
  upstreamAddress: ['upstream_address'],
  downstreamAddress: ['peer.address'],
  grpcPath: ['grpc.path'],
  canonicalService: ['istio.canonical_service'],
  canonicalRevision: ['istio.canonical_revision'],
  istioNamespace: ['istio.namespace'],
  istioCluster: ['istio.cluster_id'],
} as const;

/** A field that attributes of several names may tell. */
export type SpanField = keyof typeof names;

const fields = Object.keys(names) as SpanField[];

/** Where a field is kept in `FieldValues`. */
export const fieldIndex = Object.fromEntries(fields.map((field, i) => [field, i])) as Readonly<Record<SpanField, number>>;

/** Which field an attribute key fills, and its rank among the field's names (0 outranks 1). */
export interface FieldName { readonly index: number; readonly rank: number }

const byKey = new Map<string, FieldName>();
for (const [index, field] of fields.entries()) {
  for (const [rank, key] of names[field].entries()) byKey.set(key, { index, rank });
}

/** The field that an attribute key fills, if any. */
export function fieldOfKey(key: string): FieldName | undefined {
  return byKey.get(key);
}

const none = 255;
/** Columns are of low cardinality; a longer value has no business in them. */
const maxFieldLength = 256;

/** The fields of one span, used again for the next one. */
export class FieldValues {
  private readonly values: string[] = fields.map(() => '');
  private readonly ranks = new Uint8Array(fields.length).fill(none);

  clear(): void {
    this.values.fill('');
    this.ranks.fill(none);
  }

  set(name: FieldName, text: string): void {
    if (text === '' || name.rank > this.ranks[name.index]!) return;
    this.values[name.index] = text.length > maxFieldLength ? text.slice(0, maxFieldLength) : text;
    this.ranks[name.index] = name.rank;
  }

  /** Value at a `fieldIndex`, `''` if the span does not have it. */
  get(index: number): string {
    return this.values[index]!;
  }
}
