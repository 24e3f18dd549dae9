import type { PriceTable } from '../../inference/cost/prices.ts';
import type { ZoneTrafficReader } from '../../inference/cost/zone-traffic.ts';
import type { BucketRange, EdgeWindow, Scope, TrafficReader } from '../../inference/ports.ts';
import type { ProofReader } from '../../inference/proof/raw-rows.ts';
import type { SourceFacts } from '../../inference/quality/source-issues.ts';
import { graphRequest, type GraphInput, type GraphRequest } from '../graph/graph-request.ts';
import type { Graphs } from '../graph/graphs.ts';
import type { SpanReader } from '../spans/spans.ts';

export interface InsightDeps {
  readonly tenant: string;
  readonly graphs: Pick<Graphs, 'ask' | 'detailed'>;
  readonly traffic: Pick<TrafficReader, 'edgeWindows' | 'edgeBuckets' | 'dataRange'>;
  readonly zones: ZoneTrafficReader;
  readonly proof: ProofReader;
  readonly spans: Pick<SpanReader, 'edgeSpans'>;
  /** What sources reported since a time, Unix ms. */
  readonly sources: (scope: Scope, sinceMs: number) => Promise<readonly SourceFacts[]>;
  readonly prices: PriceTable;
  /** Unix milliseconds. */
  readonly now: () => number;
}

interface AskedRows {
  readonly request: GraphRequest;
  readonly rows: readonly EdgeWindow[];
  /** Of the whole mesh, where rows of some namespaces were asked for. */
  readonly range?: BucketRange;
}

/** The rows of a window, with the request that asks for them. */
export async function rowsOf({ tenant, traffic, now }: Pick<InsightDeps, 'tenant' | 'traffic' | 'now'>, input: GraphInput): Promise<AskedRows> {
  const request = graphRequest(input, tenant, now() / 1000);
  const rows = await traffic.edgeWindows(request.scope, request.window), range = request.scope.namespaces ? await traffic.dataRange(tenant, request.window) : null;
  return { request, rows, ...range ? { range } : {} };
}
