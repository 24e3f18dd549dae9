import type { GraphEdge, GraphNode, ProtocolTraffic } from '../graph.ts';
import { round4 } from '../round.ts';

type Numbers = readonly (number | null)[];

/** Columns of edges that are there only where their appender or a traffic selector was asked for. */
export interface EdgeAdditionColumns {
  /** Requests per second; null where nothing was selected. Gone are all three without a selector. */
  readonly httpRate?: Numbers;
  /** Requests or messages per second, as selected. */
  readonly grpcRate?: Numbers;
  /** Bytes per second. */
  readonly tcpRate?: Numbers;
  readonly avgMs?: Numbers;
  readonly p95Ms?: Numbers;
  readonly requestBytesPerSecond?: Numbers;
  readonly responseBytesPerSecond?: Numbers;
  /** 0 … 1; the share of mutual TLS is what these two leave. */
  readonly plaintextShare?: Numbers;
  readonly unknownPolicyShare?: Numbers;
}

/** Columns of nodes that are there only where their appender was asked for. */
export interface NodeAdditionColumns {
  /** `name=value`, sorted, joined by commas; '' where nothing is known. */
  readonly labels?: readonly string[];
}

/** What was added to edges, by the first of them that has traffic: all were asked the same. */
export function edgeAdditionColumns(edges: readonly GraphEdge[]): EdgeAdditionColumns {
  const first = edges.find((edge) => !edge.isIdle);
  if (!first) return {};
  const column = (get: (edge: GraphEdge) => number | null | undefined): Numbers => edges.map((edge) => round4(get(edge) ?? null));
  const rate = (protocol: ProtocolTraffic['protocol']): Numbers => column((edge) => edge.traffic?.find((one) => one.protocol === protocol)?.perSecond);
  return {
    ...(first.traffic === undefined ? {} : { httpRate: rate('http'), grpcRate: rate('grpc'), tcpRate: rate('tcp') }),
    ...(first.responseTime === undefined ? {} : { avgMs: column((edge) => edge.responseTime?.averageMs), p95Ms: column((edge) => edge.responseTime?.p95Ms) }),
    ...(first.throughput === undefined ? {} : {
      requestBytesPerSecond: column((edge) => edge.throughput?.requestBytesPerSecond),
      responseBytesPerSecond: column((edge) => edge.throughput?.responseBytesPerSecond),
    }),
    ...(first.securityPolicy === undefined ? {} : { plaintextShare: column((edge) => edge.securityPolicy?.plaintext), unknownPolicyShare: column((edge) => edge.securityPolicy?.unknown) }),
  };
}

/** Labels of each node as `name=value,…`; no column where no appender added any. */
export function nodeAdditionColumns(nodes: readonly GraphNode[]): NodeAdditionColumns {
  if (!nodes.some(({ labels }) => labels !== undefined)) return {};
  return { labels: nodes.map(({ labels }) => [...labels ?? []].map(([name, value]) => `${name}=${value}`).join(',')) };
}
