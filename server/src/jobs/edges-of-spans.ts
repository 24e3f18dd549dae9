import { Intent, Measured, Protocol, responseKey, Side, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import type { Edge } from '@orrery/collectors/model/edge';
import { topic, unknownEntity, type Entity } from '@orrery/collectors/model/entity';
import { SpanKind } from '@orrery/collectors/model/span';
import { addTo, EdgeSums, type EdgeSum } from './edge-sum.ts';
import type { Owners } from './owners-of-peers.ts';
import type { SpanGroup } from './span-group.ts';
import { addressedService, namedPeer, peerAddress, peerService, rootCaller } from './span-peer.ts';

/** Edge traffic of some buckets, and the buckets in which a counterpart may still come. */
export interface SpanEdges { readonly rows: readonly EdgeTraffic[]; readonly waiting: ReadonlySet<number> }

/** All spans reach Orrery by one delivery path; those of several exporters are one story. */
const feed = 'otlp';
/** Flags of requests that a proxy kept: it makes a span of an attempt all the same where the pool was full. */
const neverTried = new Set(['UH', 'UO', 'NR', 'NC', 'FI', 'RL', 'DO', 'UAEX']);
const nowhere = { source: unknownEntity, service: '', serviceGuessed: false, port: 0 };

/**
 * Groups of spans → edge traffic (rule 9). A client's span is the source side, a server's the destination side, of one edge:
 * - paired spans name both ends themselves;
 * - a client without a server's span calls what it names: topic, database, service, host; else whoever made spans below it;
 *   of the name of a service whoever stood behind it then, of an address alone whoever had it then; if there is nothing, the call is recorded as an edge to nowhere, which inference counts as unresolved;
 * - a receiver's messages come from their topic; the edge's latency is the time that they lay there, where a producer is known;
 * - a server without a parent is called by the world (a gateway) or by somebody unknown; one whose parent is missing too,
 *   after a while in which the parent may still come.
 */
export function edgesOfSpans(tenant: string, groups: readonly SpanGroup[], owners?: Owners): SpanEdges {
  const sums = new EdgeSums(tenant, 'trace', feed);
  const waiting = new Set<number>();
  const namespaces = namespacesOf(groups);
  for (const group of groups) {
    const inbound = isInbound(group);
    const found = edgeOf(group, namespaces, owners);
    // The edge is certain; how long its messages lay there may still be told.
    if (group.kind === SpanKind.consumer && group.young && group.latencyIndex < 0) waiting.add(group.bucket);
    if (found === 'wait') {
      waiting.add(group.bucket);
      continue;
    }
    if (!found) continue;
    const intent = group.isMirror ? Intent.mirror : Intent.primary;
    count(sums.row(group.bucket, found, inbound ? Side.destination : Side.source, intent), group, found);
  }
  return { rows: sums.rows(), waiting };
}

/** True for what its receiver tells: the destination side of an edge. */
export function isInbound({ kind }: SpanGroup): boolean {
  return kind === SpanKind.server || kind === SpanKind.consumer;
}

/** Namespaces that spans come from: they tell `orders.shop` from a host of the Internet. */
export function namespacesOf(groups: readonly SpanGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap((group) => [group.entity.namespace, group.peer?.namespace ?? '']));
}

/** The edge that a group tells of; 'wait' where a counterpart may still come, null where it tells of none. */
export function edgeOf(group: SpanGroup, namespaces: ReadonlySet<string>, owners?: Owners): Edge | 'wait' | null {
  return isInbound(group) ? inboundEdge(group) : outboundEdge(group, (name) => namespaces.has(name), owners);
}

function inboundEdge(group: SpanGroup): Edge | 'wait' | null {
  const { entity, peer, attributes } = group;
  if (group.kind === SpanKind.consumer) {
    if (attributes.messagingDestination === '') return null;
    const broker = topic(attributes.messagingSystem, attributes.messagingDestination);
    return { ...nowhere, source: broker, destination: entity };
  }
  if (peer) return edgeBetween(peer, entity, group);
  if (!group.isRoot && group.young) return 'wait';
  return { ...nowhere, source: rootCaller(entity), destination: entity };
}

function outboundEdge(group: SpanGroup, isNamespace: (name: string) => boolean, owners: Owners | undefined): Edge | 'wait' {
  const { entity, peer, descendant, attributes } = group;
  if (peer) return edgeBetween(entity, peer, group);
  const service = peerService(entity, attributes), since = group.bucket * 1000;
  const answering = service === '' ? null : owners?.service(service, entity.cluster, since, since + 10_000);
  if (answering) return { source: entity, destination: answering.entity, service: answering.service, serviceGuessed: false, port: addressedService(attributes).port };
  const named = namedPeer(entity, attributes, isNamespace);
  if (named?.certain) return edgeBetween(entity, named.entity, group);
  if (group.young) return 'wait';
  if (descendant) return edgeBetween(entity, descendant, group);
  if (!named) return { ...nowhere, source: entity, destination: unknownEntity };
  const address = peerAddress(attributes);
  const owner = address === '' ? null : owners?.within({ address, port: attributes.serverPort, cluster: entity.cluster }, since, since + 10_000);
  return owner ? { source: entity, destination: owner.entity, service: owner.service, serviceGuessed: false, port: attributes.serverPort } : edgeBetween(entity, named.entity, group);
}

function edgeBetween(source: Entity, destination: Entity, { attributes }: SpanGroup): Edge {
  const named = destination.kind === 'database' || destination.kind === 'topic';
  const { service, port } = named ? { service: '', port: 0 } : addressedService(attributes);
  return { source, destination, service, serviceGuessed: false, port };
}

function count(row: EdgeSum, group: SpanGroup, edge: Edge): void {
  const { count: n, failed } = group;
  row.measured |= Measured.requests | Measured.errors;
  row.protocols |= protocolOf(group, edge);
  row.requests += n;
  row.requestsEstimated += group.weight;
  if (failed) {
    row.errors += n;
    row.errorsEstimated += group.weight;
  }
  const response = responseOf(group);
  if (response !== null) addTo(row.responses, response, n);
  if (group.latencyIndex >= 0) {
    row.measured |= Measured.latency;
    addTo(row.latency, group.latencyIndex, n);
    row.latencySumMs += group.durationNs / 1e6;
  }
  if (group.bytesSent + group.bytesReceived > 0) {
    row.measured |= Measured.bytes;
    row.bytesSent += Math.round(group.bytesSent);
    row.bytesReceived += Math.round(group.bytesReceived);
  }
  if (group.attempts > 0) {
    row.measured |= Measured.attempts;
    if (!group.flags.split(',').some((flag) => neverTried.has(flag))) row.attempts += group.attempts;
  }
  if (edge.destination.kind === 'topic' || edge.source.kind === 'topic') {
    row.measured |= Measured.messages;
    if (edge.destination.kind === 'topic') row.messagesSent += n;
    else row.messagesReceived += n;
  }
  if (group.kind === SpanKind.client) {
    row.measured |= Measured.clientErrors;
    if (failed && !group.peerFailed) row.clientErrors += n;
  }
}

function responseOf({ grpcStatus, httpStatus, isHttp, failed, flags }: SpanGroup): string | null {
  const told = flags.replace(/\s+/gu, '_').slice(0, 64);
  if (grpcStatus >= 0) return responseKey('grpc', String(grpcStatus), told);
  if (httpStatus > 0) return responseKey('http', String(httpStatus), told);
  return told !== '' || (isHttp && failed) ? responseKey('http', '', told) : null;
}

function protocolOf({ grpcStatus, isHttp }: SpanGroup, { source, destination }: Edge): number {
  if (destination.kind === 'database') return Protocol.database;
  if (destination.kind === 'topic' || source.kind === 'topic') return Protocol.messaging;
  if (grpcStatus >= 0) return Protocol.grpc;
  return isHttp ? Protocol.http : 0;
}
