import { isIP } from 'node:net';
import type { AccessLog } from '@orrery/collectors/model/access-log';
import type { Edge } from '@orrery/collectors/model/edge';
import { Intent, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, externalHost, unknownEntity, type Entity } from '@orrery/collectors/model/entity';

/** What of an access log decides whose edge it is. */
export interface LoggedStream extends Pick<AccessLog, 'entity' | 'nodeAddress' | 'calledAddress' | 'calledPort' | 'upstreamCluster' | 'authority' | 'peerPrincipal'> {
  /** Flags by which the stream was ended. */
  readonly flags: string;
  readonly isMirror: boolean;
}

/** Who had the addresses of a stream's two other ends at its time; null where nobody is known. */
export interface StreamEnds { readonly caller: Entity | null; readonly upstream: Entity | null }

/** One side of one edge that an access log tells of. */
export interface LoggedEdge { readonly edge: Edge; readonly side: Side; readonly intent: Intent; readonly via: readonly string[] }

/** A mirrored request says so in its authority, `<host>-shadow`: a pattern for RE2 and JavaScript. */
export const mirroredAuthority = '-shadow(:[0-9]+)?$';

/** Where sidecars take in what their app sends. */
const outboundPort = 15_001;

/**
 * A stream → the sides of edges that it tells of:
 * - a sidecar tells one side: what came in (cluster `inbound|…`) is the destination's, what went out the source's; where
 *   nothing was sent on and no cluster is named, the address that was called decides;
 * - a gateway tells both: it was called, and it called on, unless the request led nowhere in the mesh;
 * - a waypoint stands in the middle of an edge from caller to callee;
 * - the proxy's own end is what its node says; the caller is whoever owned the direct remote address then, never what
 *   `x-forwarded-for` said; the callee whoever owned the upstream address, else what the cluster or the authority names.
 */
export function edgesOfAccessLog(log: LoggedStream, ends: StreamEnds): LoggedEdge[] {
  const { kind } = log.entity;
  if (kind === EntityKind.waypoint) return [middleEdge(log, ends)];
  if (kind === EntityKind.gateway) return log.upstreamCluster === '' && !isMeshHost(addressed(log).host) ? [inboundEdge(log, ends)] : [inboundEdge(log, ends), outboundEdge(log, ends)];
  return [isInbound(log) ? inboundEdge(log, ends) : outboundEdge(log, ends)];
}

function isInbound({ upstreamCluster, calledAddress, calledPort, nodeAddress }: LoggedStream): boolean {
  if (upstreamCluster !== '') return /^(?:inbound\||InboundPassthroughCluster)/.test(upstreamCluster);
  return calledAddress !== '' && calledAddress === nodeAddress && calledPort !== outboundPort;
}

function inboundEdge(log: LoggedStream, { caller }: StreamEnds): LoggedEdge {
  const source = caller ?? callerByCertificate(log);
  return { edge: { source, destination: log.entity, service: '', serviceGuessed: false, port: 0 }, side: Side.destination, intent: log.isMirror ? Intent.mirror : Intent.primary, via: [] };
}

/** Of a SPIFFE id the namespace is sure; its service account is no workload. */
function callerByCertificate({ peerPrincipal, entity }: LoggedStream): Entity {
  const namespace = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\//.exec(peerPrincipal)?.[1] ?? '';
  if (namespace !== '') return { ...unknownEntity, namespace };
  return entity.kind === EntityKind.gateway ? { ...unknownEntity, kind: EntityKind.world, name: 'world' } : unknownEntity;
}

function outboundEdge(log: LoggedStream, { upstream }: StreamEnds): LoggedEdge {
  return { edge: { source: log.entity, ...calledBy(log, upstream) }, side: Side.source, intent: Intent.primary, via: [] };
}

function middleEdge(log: LoggedStream, { caller, upstream }: StreamEnds): LoggedEdge {
  const { kind, namespace, name } = log.entity;
  return { edge: { source: caller ?? callerByCertificate(log), ...calledBy(log, upstream) }, side: Side.middle, intent: Intent.primary, via: [`${kind}:${namespace}/${name}`] };
}

function calledBy(log: LoggedStream, upstream: Entity | null): Omit<Edge, 'source'> {
  const { host, port } = addressed(log);
  return { destination: upstream ?? nobodyAt(host, log.entity), service: isMeshHost(host) ? host : '', serviceGuessed: false, port };
}

/** Host and port that were addressed: by the cluster `outbound|<port>|<subset>|<host>` (a waypoint's `inbound-vip|…`); without one by the authority, unless it led nowhere. */
function addressed({ upstreamCluster, authority, flags, entity }: LoggedStream): { host: string; port: number } {
  const [direction, port = '', , host = ''] = upstreamCluster.split('|');
  if ((direction === 'outbound' || direction === 'inbound-vip') && host !== '') return { host: host.toLowerCase(), port: Number(port) || 0 };
  if (upstreamCluster !== '' || flags.split(',').includes('NR')) return { host: '', port: 0 };
  const [, name = '', asked = ''] = /^([^:]+?)\.?(?::(\d+))?$/.exec(authority.toLowerCase()) ?? [];
  const isShort = name !== '' && !name.includes('.') && entity.namespace !== '';
  return { host: isShort ? `${name}.${entity.namespace}.svc.cluster.local` : name, port: Number(asked) & 0xffff };
}

function isMeshHost(host: string): boolean {
  return /^[^.]+\.[^.]+\.svc(?:\.|$)/.test(host);
}

/** What a host stands for where no owner of an address is known: something in its namespace, or a host outside of the mesh. */
function nobodyAt(host: string, own: Entity): Entity {
  if (isMeshHost(host)) return { ...unknownEntity, cluster: own.cluster, namespace: host.split('.')[1] ?? '' };
  return host === '' || isIP(host) !== 0 && /^127\./.test(host) ? unknownEntity : externalHost(host);
}
