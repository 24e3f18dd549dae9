import { isIP } from 'node:net';
import type { Edge } from '../model/edge.ts';
import { Intent, Side } from '../model/edge-traffic.ts';
import { EntityKind, externalHost, unknownEntity, type Entity } from '../model/entity.ts';
import type { AccessLogEntry } from './access-log-entry.ts';
import { addressOfNode, entityOfNode, type EnvoyNode } from './envoy-node.ts';

/** One side of one edge that an entry tells of. */
export interface LoggedEdge { readonly edge: Edge; readonly side: Side; readonly intent: Intent }

/** Who had an address at a time (Unix ns); null where nobody is known. */
export type OwnerOf = (address: string, timeNs: bigint) => Entity | null;

/** Where sidecars take in what their app sends. */
const outboundPort = 15_001;
/** Entries that end a request, connection or session; the others tell of the same again, or too early. Not set: an Envoy before 1.26. */
const finalTypes = new Set([0, 3, 6, 13]);

/**
 * An entry → the sides of edges that it tells of:
 * - an entry that is not the last of its request tells none;
 * - a sidecar tells one side: what came in (cluster `inbound|…`) is the destination's, what went out the source's; where
 *   nothing was sent on and no cluster is named, the address that was called decides;
 * - a gateway tells both: it was called, and it called on;
 * - the proxy's own end is what its node says; the caller is whoever owned the direct remote address then, never what
 *   `x-forwarded-for` said; the callee whoever owned the upstream address, else what the cluster or the authority names.
 */
export function edgesOfAccessLog(entry: AccessLogEntry, node: EnvoyNode, ownerOf: OwnerOf): LoggedEdge[] {
  if (!finalTypes.has(entry.type)) return [];
  const own = entityOfNode(node);
  const inbound = (): LoggedEdge => inboundEdge(entry, own, ownerOf);
  const outbound = (): LoggedEdge => outboundEdge(entry, own, ownerOf);
  if (own.kind === EntityKind.gateway) return entry.upstreamCluster === '' && entry.flags.includes('NR') ? [inbound()] : [inbound(), outbound()];
  return [isInbound(entry, node) ? inbound() : outbound()];
}

function isInbound({ upstreamCluster, downstreamLocal }: AccessLogEntry, node: EnvoyNode): boolean {
  if (upstreamCluster !== '') return /^(?:inbound\||InboundPassthroughCluster)/.test(upstreamCluster);
  return downstreamLocal !== null && downstreamLocal.address === addressOfNode(node) && downstreamLocal.port !== outboundPort;
}

function inboundEdge(entry: AccessLogEntry, own: Entity, ownerOf: OwnerOf): LoggedEdge {
  const caller = entry.directRemote ?? entry.downstreamRemote;
  const source = (caller && caller.address !== '' ? ownerOf(caller.address, entry.startNs) : null) ?? callerByCertificate(entry, own);
  // A mirrored request says so in its authority: `<host>-shadow`.
  const isMirror = /-shadow(?::\d+)?$/.test(entry.authority);
  return { edge: { source, destination: own, service: '', serviceGuessed: false, port: 0 }, side: Side.destination, intent: isMirror ? Intent.mirror : Intent.primary };
}

/** Of a SPIFFE id the namespace is sure; its service account is no workload. */
function callerByCertificate({ peerPrincipal }: AccessLogEntry, own: Entity): Entity {
  const namespace = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\//.exec(peerPrincipal)?.[1] ?? '';
  if (namespace !== '') return { ...unknownEntity, namespace };
  return own.kind === EntityKind.gateway ? { ...unknownEntity, kind: EntityKind.world, name: 'world' } : unknownEntity;
}

function outboundEdge(entry: AccessLogEntry, own: Entity, ownerOf: OwnerOf): LoggedEdge {
  const { host, port } = addressed(entry, own);
  const service = isMeshHost(host) ? host : '';
  const upstream = entry.upstreamRemote;
  const destination = (upstream && upstream.address !== '' ? ownerOf(upstream.address, entry.startNs) : null) ?? nobodyAt(host, own);
  return { edge: { source: own, destination, service, serviceGuessed: false, port }, side: Side.source, intent: Intent.primary };
}

/** Host and port that were addressed: by the cluster `outbound|<port>|<subset>|<host>`; without one by the authority, unless it led nowhere. */
function addressed({ upstreamCluster, authority, flags }: AccessLogEntry, own: Entity): { host: string; port: number } {
  const [direction, port = '', , host = ''] = upstreamCluster.split('|');
  if (direction === 'outbound' && host !== '') return { host: host.toLowerCase(), port: Number(port) || 0 };
  if (upstreamCluster !== '' || flags.split(',').includes('NR')) return { host: '', port: 0 };
  const [, name = '', asked = ''] = /^([^:]+)(?::(\d+))?$/.exec(authority.toLowerCase()) ?? [];
  const isShort = name !== '' && !name.includes('.') && own.namespace !== '';
  return { host: isShort ? `${name}.${own.namespace}.svc.cluster.local` : name, port: Number(asked) || 0 };
}

function isMeshHost(host: string): boolean {
  return /^[^.]+\.[^.]+\.svc(?:\.|$)/.test(host);
}

/** What a host stands for where no owner of an address is known: something in its namespace, or a host outside of the mesh. */
function nobodyAt(host: string, own: Entity): Entity {
  if (isMeshHost(host)) return { ...unknownEntity, cluster: own.cluster, namespace: host.split('.')[1] ?? '' };
  return host === '' || isIP(host) !== 0 && /^127\./.test(host) ? unknownEntity : externalHost(host);
}
