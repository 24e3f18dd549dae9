import { deepStrictEqual } from 'node:assert/strict';
import type { MeshEdge } from '../simulator/mesh-exporter.ts';
import { askGraphql } from '../simulator/api-client.ts';

/** What the API says of one edge. */
export interface FoundMeshEdge {
  readonly protocols: readonly string[];
  readonly services: readonly string[];
  readonly mtlsShare: number | null;
  readonly signals: {
    readonly requestsPerSecond: number | null;
    readonly errorRatio: number | null;
    readonly p50Ms: number | null;
    readonly bytesSentPerSecond: number | null;
    readonly bytesReceivedPerSecond: number | null;
    readonly connectionsPerSecond: number | null;
  };
  readonly responses: readonly { readonly code: string; readonly flags: string; readonly count: number }[];
}

interface Answer {
  readonly graph: {
    readonly nodes: readonly { readonly id: string; readonly entity: { readonly namespace: string; readonly name: string } }[];
    readonly edges: readonly (FoundMeshEdge & { readonly source: string; readonly destination: string })[];
  };
}

const query = `query Mesh($input: GraphInput) { graph(input: $input) {
  nodes { id entity { namespace name } }
  edges { source destination protocols services mtlsShare responses { code flags count }
    signals { requestsPerSecond errorRatio p50Ms bytesSentPerSecond bytesReceivedPerSecond connectionsPerSecond } }
} }`;

/** Edges of all namespaces by {@link keyOf}, asked for namespace by namespace, as objects are. */
export async function fetchMeshEdges(url: string, namespaces: readonly string[], window: { readonly from: number; readonly to: number }): Promise<Map<string, FoundMeshEdge>> {
  const found = new Map<string, FoundMeshEdge>();
  for (const namespace of namespaces) {
    const { graph } = await askGraphql<Answer>(url, query, { input: { type: 'workload', window, namespaces: [namespace] } });
    const names = new Map(graph.nodes.map(({ id, entity }) => [id, `${entity.namespace}/${entity.name}`]));
    for (const edge of graph.edges) found.set(`${names.get(edge.source)} → ${names.get(edge.destination)}`, edge);
  }
  return found;
}

export const keyOf = (edge: MeshEdge): string =>
  `${edge.source_namespace}/${edge.source} → ${edge.destination_namespace}/${edge.destination}`;

/** Istio's bounds of request durations, ms. */
const bounds = [0, 0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];

/** How far scrapes are off at most from the moment they are marked with where they are fast: the page is written while counters grow. */
const clockSeconds = 0.3;

/**
 * Throws where the edge differs by more than counting can. Counters are whole numbers, so each end of the window may cut
 * off up to one of each counter.
 * @param slowest seconds that a scrape took at most
 */
export function checkEdge(expected: MeshEdge, found: FoundMeshEdge | undefined, seconds: number, slowest: number): void {
  if (found === undefined) throw new Error('not found');
  const near = (what: string, perSecond: number | null, rate: number, counters = 1): void => {
    const tolerance = (2 * counters + rate * Math.max(clockSeconds, slowest)) / seconds;
    if (perSecond === null || Math.abs(perSecond - rate) > tolerance) throw new Error(`${what}: ${perSecond ?? 'not measured'} instead of ${rate} ± ${tolerance.toFixed(3)} a second`);
  };
  deepStrictEqual(found.protocols, [expected.protocol]);
  deepStrictEqual(found.services.map((service) => service.split('.')[0]), [expected.destination_service]);
  deepStrictEqual(found.mtlsShare, expected.mtls ? 1 : 0, `share of mTLS is ${found.mtlsShare ?? 'not known'}`);
  if (expected.protocol === 'tcp') {
    near('bytes sent', found.signals.bytesSentPerSecond, expected.tcp_received_bytes_per_s ?? 0);
    near('bytes received', found.signals.bytesReceivedPerSecond, expected.tcp_sent_bytes_per_s ?? 0);
    near('connections opened', found.signals.connectionsPerSecond, expected.tcp_connections_opened_per_s ?? 0);
    return;
  }
  const codes = expected.codes ?? [];
  const total = codes.reduce((sum, { rate }) => sum + rate, 0);
  near('requests', found.signals.requestsPerSecond, total, codes.length);
  for (const { code, flags, grpc, rate } of codes) {
    const told = grpc === undefined ? code : grpc;
    const count = found.responses.filter((response) => response.code === told && response.flags === (flags === '-' ? '' : flags)).reduce((sum, response) => sum + response.count, 0);
    near(`responses ${told} ${flags}`, count / seconds, rate);
  }
  const failing = codes.filter(({ code, grpc }) => Number(code) >= 500 || (grpc !== undefined && grpc !== '0')).reduce((sum, { rate }) => sum + rate, 0);
  near('errors', (found.signals.errorRatio ?? NaN) * (found.signals.requestsPerSecond ?? NaN), failing, codes.length);
  checkMedian(expected, found, total * seconds);
}

/** The counts around the median's bucket are symmetric, so the median lies in the middle of it. */
function checkMedian(expected: MeshEdge, found: FoundMeshEdge, requests: number): void {
  const lower = bounds[expected.median_bucket ?? 0] ?? NaN, upper = bounds[(expected.median_bucket ?? 0) + 1] ?? NaN;
  const shareOfBucket = 0.46;
  const tolerance = (upper - lower) * Math.min(0.5, 0.05 + 6 / (requests * shareOfBucket));
  const median = found.signals.p50Ms;
  if (median === null || Math.abs(median - (lower + upper) / 2) > tolerance) throw new Error(`p50: ${median ?? 'not measured'} ms instead of ${(lower + upper) / 2} ± ${tolerance.toFixed(2)} ms`);
}
