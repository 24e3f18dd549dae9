import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { Span } from '@orrery/collectors/model/span';
import { boundIndex } from './span-bounds.ts';

/** What a client span says of its peer, as far as it says it: `networkPeerAddress` only where there is neither a service nor an address. */
export type PeerAttributes = Pick<Span,
  'peerService' | 'serverAddress' | 'serverPort' | 'networkPeerAddress' | 'dbSystem' | 'dbNamespace' | 'messagingSystem' | 'messagingDestination' | 'upstreamCluster'>;

/** Who made spans, with the zone where it ran: only where groups were asked to tell zones apart. */
export type SpanEntity = Entity & { readonly zone?: string };

/** Equal spans of one bucket, counted by the store. */
export interface SpanGroup {
  readonly bucket: number;
  /** OTLP span kind: 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly entity: SpanEntity;
  /** The other end where its span is there too: the caller of a server, the server of a client. */
  readonly peer: SpanEntity | null;
  /** The other end's span is so far away that its bucket knows nothing of this one, unless it is told. */
  readonly isFar: boolean;
  /** Who made spans below a client's where the server's own span is missing; null where nobody else did. */
  readonly descendant: SpanEntity | null;
  /** True for a server span that names no parent. */
  readonly isRoot: boolean;
  /** What the client says: of itself, or of the caller of a server. */
  readonly attributes: PeerAttributes;
  readonly isMirror: boolean;
  readonly isHttp: boolean;
  readonly httpStatus: number;
  /** -1 if none. */
  readonly grpcStatus: number;
  readonly failed: boolean;
  /** The server's span of a client failed too. */
  readonly peerFailed: boolean;
  /** Ended so lately that its counterpart may still be on its way. */
  readonly young: boolean;
  /** Index into `spanLayout`; -1 where it is not known how long it took. */
  readonly latencyIndex: number;
  /** Of a proxy: response flags as Envoy writes them, `''` for none. */
  readonly flags: string;
  /** Of a proxy that passed requests on: how often it tried; 0 where spans do not tell. */
  readonly attempts: number;
  /** Of receivers: messages, not batches. */
  readonly count: number;
  readonly durationNs: number;
  readonly weight: number;
  /** Bytes of request and response bodies, sampling corrected; 0 where spans do not tell. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Route, method or operation; `''` where groups were not asked to tell them apart. */
  readonly operation: string;
}

/** Groups as the store answers: a list for each column, names by their hashes. */
export interface GroupColumns {
  readonly bucket: number[]; readonly kind: number[]; readonly entity: string[]; readonly peer: string[]; readonly attributes: string[];
  readonly found: number[]; readonly far: number[]; readonly root: number[]; readonly mirror: number[]; readonly http: number[]; readonly httpStatus: number[]; readonly grpcStatus: number[];
  readonly failed: number[]; readonly peerFailed: number[]; readonly young: number[]; readonly bound: number[]; readonly timed: number[];
  readonly descendant: string[]; readonly flags: string[]; readonly attempts: number[];
  readonly count: number[]; readonly durationNs: number[]; readonly weight: number[]; readonly bytesSent: number[]; readonly bytesReceived: number[];
  readonly operation: string[];
}

/** Of a span that names no peer. */
export const noAttributes: PeerAttributes = {
  peerService: '', serverAddress: '', serverPort: 0, networkPeerAddress: '', dbSystem: '', dbNamespace: '', messagingSystem: '', messagingDestination: '', upstreamCluster: '',
};

/** @param entityOf who has a hash; groups of nobody known are left out */
export function groupsOf(c: GroupColumns, entityOf: (hash: string) => SpanEntity | undefined, attributesOf: (hash: string) => PeerAttributes): SpanGroup[] {
  const groups: SpanGroup[] = [];
  for (let i = 0; i < c.bucket.length; i++) {
    const entity = entityOf(c.entity[i]!);
    if (!entity) continue;
    groups.push({
      bucket: c.bucket[i]!, kind: c.kind[i]!, entity,
      peer: c.found[i] ? entityOf(c.peer[i]!) ?? null : null,
      isFar: Boolean(c.far[i]), descendant: entityOf(c.descendant[i]!) ?? null,
      isRoot: Boolean(c.root[i]), attributes: attributesOf(c.attributes[i]!), isMirror: Boolean(c.mirror[i]), isHttp: Boolean(c.http[i]),
      httpStatus: c.httpStatus[i]!, grpcStatus: c.grpcStatus[i]!, failed: Boolean(c.failed[i]), peerFailed: Boolean(c.peerFailed[i]), young: Boolean(c.young[i]),
      latencyIndex: c.timed[i] ? boundIndex(c.bound[i]!) : -1, flags: c.flags[i]!, attempts: c.attempts[i]!,
      count: c.count[i]!, durationNs: c.durationNs[i]!, weight: c.weight[i]!, bytesSent: c.bytesSent[i]!, bytesReceived: c.bytesReceived[i]!, operation: c.operation[i]!,
    });
  }
  return groups;
}

const kinds: ReadonlySet<string> = new Set(Object.values(EntityKind));

/** An entity as it is stored, whose kind may be one that this version does not know. */
export function knownKind(entity: SpanEntity): SpanEntity {
  return kinds.has(entity.kind) ? entity : { ...entity, kind: EntityKind.unknown };
}
