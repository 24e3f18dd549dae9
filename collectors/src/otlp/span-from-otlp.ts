import type { Entity } from '../model/entity.ts';
import { hostName } from '../model/host-name.ts';
import { SpanKind, SpanStatus, type Span } from '../model/span.ts';
import { truncate } from './attribute-collector.ts';
import type { DecodeContext } from './decode-context.ts';
import { entityFromResource, entityOfProxy } from './entity-from-otlp.ts';
import { redactCommand, redactName } from './redact.ts';
import { grpcStatusNumber } from './grpc-status.ts';
import { isZeroId, type OtlpSpan } from './otlp-span.ts';
import { sampleWeight, type SamplingFault } from './sampling.ts';
import { configuredMultiplier, namedMultiplier, type SamplingSources } from './sampling-sources.ts';
import { fieldIndex, type FieldValues } from './span-fields.ts';

/** The resource of a ResourceSpans, worked out once for all its spans. */
export interface OtlpResource {
  readonly attributes: ReadonlyMap<string, string>;
  readonly entity: Entity;
  /** For how many spans each of its spans stands: as its attributes say, `''` for nothing, and as the configuration says. */
  readonly multiplier: string;
  readonly configuredMultiplier: number;
  /** Entities of the proxies behind this resource, by the tags that tell them apart. */
  readonly proxies: Map<string, Entity>;
}

/** What spans of one resource have in common, read once. */
export function otlpResource(attributes: ReadonlyMap<string, string>, sampling: SamplingSources): OtlpResource {
  return { attributes, entity: entityFromResource(attributes), multiplier: namedMultiplier(sampling, attributes), configuredMultiplier: configuredMultiplier(sampling, attributes), proxies: new Map() };
}

const maxNameLength = 1024;
const maxTraceStateLength = 512;

/**
 * The model's span of a sound OTLP span (`faultOf` gave undefined).
 * @param onFault what it said wrong of its sampling; it stands without that
 */
export function spanFromOtlp(span: OtlpSpan, resource: OtlpResource, tenant: string, context: DecodeContext, onFault: (fault: SamplingFault) => void): Span {
  const { fields } = context;
  const sentKind = span.kind >= 0 && span.kind <= 5 ? (span.kind as SpanKind) : SpanKind.unspecified;
  const kind = sentKind === SpanKind.client && receives(fields) ? SpanKind.consumer : sentKind;
  const toldCluster = fields.get(fieldIndex.upstreamCluster);
  const isProxy = fields.get(fieldIndex.component) === 'proxy' || (toldCluster !== '' && fields.get(fieldIndex.nodeId) !== '');
  const dbSystem = fields.get(fieldIndex.dbSystem);
  const attributes = finishedAttributes(span, dbSystem, context);
  if (kind !== sentKind) span.collector.attributes.set('span.kind', 'client');
  const server = serverOf(sentKind, fields);
  const sampling = sampleWeight(span.traceState, namedMultiplier(context.sampling, attributes) || resource.multiplier, resource.configuredMultiplier);
  sampling.faults.forEach(onFault);
  return {
    tenant,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: isZeroId(span.parentSpanId) ? '' : span.parentSpanId,
    traceState: span.traceState.length > maxTraceStateLength ? span.traceState.slice(0, maxTraceStateLength) : span.traceState,
    kind,
    name: truncate(context.redact ? redactName(span.name, dbSystem) : span.name, maxNameLength),
    entity: isProxy ? proxyEntity(resource, fields) : resource.entity,
    startNs: span.startNs,
    durationNs: span.endNs - span.startNs,
    status: statusOf(span.statusCode, isProxy && fields.get(fieldIndex.error) === 'true'),
    statusMessage: truncate(span.statusMessage, maxNameLength),
    httpStatus: integer(fields.get(fieldIndex.httpStatus), 999, 0),
    grpcStatus: grpcStatusOf(fields),
    httpMethod: fields.get(fieldIndex.httpMethod),
    route: routeOf(fields),
    peerService: fields.get(fieldIndex.peerService),
    serverAddress: hostName(server.address),
    serverPort: integer(server.port, 65_535, 0),
    networkPeerAddress: hostName(fields.get(fieldIndex.networkPeerAddress)) || (isProxy ? proxyPeer(kind, fields) : ''),
    dbSystem,
    dbNamespace: fields.get(fieldIndex.dbNamespace),
    messagingSystem: fields.get(fieldIndex.messagingSystem),
    messagingDestination: messagingDestinationOf(fields),
    isProxy,
    upstreamCluster: isProxy && toldCluster === '' && kind === SpanKind.server ? unroutedCluster(span.name, fields) : toldCluster,
    sampleWeight: sampling.weight,
    resourceAttributes: resource.attributes,
    attributes,
    events: span.events,
    links: span.links,
  };
}

/** The collected attributes, with scope and losses under the names that OpenTelemetry gives them outside OTLP. */
function finishedAttributes(span: OtlpSpan, dbSystem: string, context: DecodeContext): ReadonlyMap<string, string> {
  const { attributes } = span.collector;
  const statement = context.fields.get(fieldIndex.dbStatement);
  if (context.redact && statement !== '' && dbSystem !== '') {
    for (const key of ['db.query.text', 'db.statement']) {
      const text = attributes.get(key);
      if (text !== undefined) attributes.set(key, redactCommand(dbSystem, text));
    }
  }
  if (span.scopeName !== '') attributes.set('otel.scope.name', truncate(span.scopeName, maxNameLength));
  if (span.scopeVersion !== '') attributes.set('otel.scope.version', truncate(span.scopeVersion, maxNameLength));
  const lostAttributes = span.lostAttributes + span.collector.dropped;
  const lostEvents = span.lostEvents + span.omittedEvents;
  const lostLinks = span.lostLinks + span.omittedLinks;
  if (lostAttributes > 0) attributes.set('otel.dropped_attributes_count', String(lostAttributes));
  if (lostEvents > 0) attributes.set('otel.dropped_events_count', String(lostEvents));
  if (lostLinks > 0) attributes.set('otel.dropped_links_count', String(lostLinks));
  return attributes;
}

function proxyEntity(resource: OtlpResource, fields: FieldValues): Entity {
  const key = `${fields.get(fieldIndex.nodeId)}\n${fields.get(fieldIndex.canonicalService)}\n${fields.get(fieldIndex.canonicalRevision)}\n${fields.get(fieldIndex.istioNamespace)}\n${fields.get(fieldIndex.istioCluster)}`;
  let entity = resource.proxies.get(key);
  if (entity === undefined) {
    entity = entityOfProxy(resource.entity, fields);
    resource.proxies.set(key, entity);
  }
  return entity;
}

/** A proxy's `error` tag counts where its tracer leaves the status unset. */
function statusOf(code: number, proxyError: boolean): SpanStatus {
  if (code === SpanStatus.ok || code === SpanStatus.error) return code;
  return proxyError ? SpanStatus.error : SpanStatus.unset;
}

function grpcStatusOf(fields: FieldValues): number {
  const code = integer(fields.get(fieldIndex.grpcStatus), 32_767, -1);
  if (code >= 0 || fields.get(fieldIndex.rpcSystem) !== 'grpc') return code;
  return grpcStatusNumber(fields.get(fieldIndex.rpcStatus));
}

function routeOf(fields: FieldValues): string {
  const route = fields.get(fieldIndex.httpRoute);
  if (route !== '') return route;
  const method = fields.get(fieldIndex.rpcMethod);
  if (method !== '') {
    // Since semantic conventions 1.38 `rpc.method` is fully qualified and `rpc.service` is gone.
    const service = fields.get(fieldIndex.rpcService);
    return service === '' || method.includes('/') ? method : `${service}/${method}`;
  }
  const grpcPath = fields.get(fieldIndex.grpcPath);
  if (grpcPath !== '') return grpcPath.startsWith('/') ? grpcPath.slice(1) : grpcPath;
  return fields.get(fieldIndex.dbSummary) || messagingOperationOf(fields);
}

/** Its name; its sort where it has none. */
function messagingOperationOf(fields: FieldValues): string {
  return fields.get(fieldIndex.messagingOperation) || fields.get(fieldIndex.messagingOperationType);
}

/**
 * Since semantic conventions 1.27 who polls a broker makes a span of the kind CLIENT, although messages come to it: it is stored as
 * a consumer, and what was sent stands in `span.kind`.
 */
function receives(fields: FieldValues): boolean {
  if (fields.get(fieldIndex.messagingSystem) === '') return false;
  const operation = fields.get(fieldIndex.messagingOperationType) || fields.get(fieldIndex.messagingOperation);
  return operation === 'receive' || operation === 'process';
}

/** The older names say «peer» and «host», so which of them is the server depends on the kind. */
function serverOf(kind: SpanKind, fields: FieldValues): { address: string; port: string } {
  const isServer = kind === SpanKind.server || kind === SpanKind.consumer;
  const address = fields.get(fieldIndex.serverAddress);
  const port = fields.get(fieldIndex.serverPort);
  return {
    address: address || fields.get(isServer ? fieldIndex.netHostName : fieldIndex.netPeerName),
    port: port || fields.get(isServer ? fieldIndex.netHostPort : fieldIndex.netPeerPort),
  };
}

/**
 * The network peer of a proxy's span. On a client span without `upstream_address` the `peer.address` tag is
 * the *downstream* peer, the workload itself, so it does not count there.
 */
function proxyPeer(kind: SpanKind, fields: FieldValues): string {
  const address = fields.get(kind === SpanKind.client ? fieldIndex.upstreamAddress : fieldIndex.downstreamAddress);
  const port = /^(?:\[(.+)\]|([^:]+)):\d+$/.exec(address);
  return port === null ? address : (port[1] ?? port[2] ?? '');
}

/**
 * A sidecar's outbound request that found no route (NR), or one that answers by itself, names no cluster. It is named as Istio
 * names the cluster of the host that was asked for, so the request is one to that host. `''` for inbound requests.
 * By Envoy's tracer, outbound is what the workload's own address sent, or what is called `egress <authority>`.
 */
function unroutedCluster(name: string, fields: FieldValues): string {
  const [type = '', own = ''] = fields.get(fieldIndex.nodeId).split('~');
  const isOutbound = type === 'sidecar' && (name.startsWith('egress ') || (own !== '' && proxyPeer(SpanKind.server, fields) === own));
  const [, host = '', port = '80'] = /^https?:\/\/([^/:?#]+|\[[^\]]+\])(?::(\d+))?(?:[/?#]|$)/i.exec(fields.get(fieldIndex.url)) ?? [];
  return isOutbound && host !== '' ? `outbound|${port}||${host.toLowerCase()}` : '';
}

/** Temporary and anonymous destinations have made-up names without end: they go by their template or their sort. */
function messagingDestinationOf(fields: FieldValues): string {
  const template = fields.get(fieldIndex.messagingTemplate);
  if (fields.get(fieldIndex.messagingTemporary) === 'true') return template || '(temporary)';
  if (fields.get(fieldIndex.messagingAnonymous) === 'true') return template || '(anonymous)';
  return fields.get(fieldIndex.messagingDestination) || template;
}

/** A decimal integer in [0, max], `otherwise` for anything else. */
function integer(text: string, max: number, otherwise: number): number {
  if (text === '') return otherwise;
  const n = Number(text);
  return Number.isInteger(n) && n >= 0 && n <= max ? n : otherwise;
}
