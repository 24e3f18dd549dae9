import { application, unknownEntity } from '@orrery/collectors/model/entity';
import { SpanKind, SpanStatus, type Span } from '@orrery/collectors/model/span';

/** A span of Zipkin's v2 API as its golden traces have it; times in microseconds. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly timestamp?: number;
  readonly duration?: number;
  readonly localEndpoint?: { readonly serviceName?: string };
  readonly remoteEndpoint?: { readonly serviceName?: string };
  readonly tags?: Readonly<Record<string, unknown>>;
}

const kinds: Readonly<Record<string, SpanKind>> = { CLIENT: SpanKind.client, SERVER: SpanKind.server, PRODUCER: SpanKind.producer, CONSUMER: SpanKind.consumer };

/** As OpenTelemetry's collector translates it: an `error` tag is the status, the remote endpoint is `peer.service`; broker names stand for topics. */
export function zipkinSpan(span: ZipkinSpan): Span {
  const kind = kinds[span.kind ?? ''] ?? SpanKind.internal;
  const service = span.localEndpoint?.serviceName ?? '', remote = span.remoteEndpoint?.serviceName ?? '';
  const isMessage = kind === SpanKind.producer || kind === SpanKind.consumer;
  return {
    tenant: 'zipkin', traceId: span.traceId.padStart(32, '0'), spanId: span.id.padStart(16, '0'), parentSpanId: span.parentId === undefined ? '' : span.parentId.padStart(16, '0'),
    traceState: '', name: span.name ?? '', kind, entity: service === '' ? unknownEntity : application('', '', service),
    startNs: BigInt(span.timestamp ?? 0) * 1000n, durationNs: BigInt(span.duration ?? 0) * 1000n,
    status: span.tags && 'error' in span.tags ? SpanStatus.error : SpanStatus.unset, statusMessage: '', httpStatus: 0, grpcStatus: -1, httpMethod: '', route: '',
    peerService: isMessage ? '' : remote, serverAddress: '', serverPort: 0, networkPeerAddress: '', dbSystem: '', dbNamespace: '',
    messagingSystem: isMessage && remote !== '' ? 'broker' : '', messagingDestination: isMessage ? remote : '',
    isProxy: false, upstreamCluster: '', sampleWeight: 1, resourceAttributes: new Map(), attributes: new Map(), events: [], links: [],
  };
}
