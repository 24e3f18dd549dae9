import type { PriceTable } from '../../inference/cost/prices.ts';
import type { ZoneTrafficReader } from '../../inference/cost/zone-traffic.ts';
import type { BucketRange, EdgeWindow, Scope, TrafficReader } from '../../inference/ports.ts';
import type { ProofReader } from '../../inference/proof/raw-rows.ts';
import type { SourceFacts } from '../../inference/quality/source-issues.ts';
import { createDataBegan } from '../graph/data-began.ts';
import { graphRequest, type GraphInput, type GraphRequest } from '../graph/graph-request.ts';
import type { Graphs } from '../graph/graphs.ts';
import { lackNote, namespacesOf, unseenNotes, type RecordedRange } from '../graph/window-notes.ts';
import type { SpanReader } from '../spans/spans.ts';

/** What insights are read from. */
export interface InsightDeps {
  readonly tenant: string;
  readonly graphs: Pick<Graphs, 'ask' | 'detailed'>;
  readonly traffic: Pick<TrafficReader, 'edgeWindows' | 'edgeBuckets' | 'dataRange' | 'oldestBucket'>;
  readonly zones: ZoneTrafficReader;
  readonly proof: ProofReader;
  readonly spans: Pick<SpanReader, 'edgeSpans'>;
  /** What sources reported since a time, Unix ms. */
  readonly sources: (scope: Scope, sinceMs: number) => Promise<readonly SourceFacts[]>;
  readonly prices: PriceTable;
  /** What a replay shows; left out where data comes in. */
  readonly recorded?: RecordedRange | null;
  /** Unix milliseconds. */
  readonly now: () => number;
}

interface AskedRows {
  readonly request: GraphRequest;
  readonly rows: readonly EdgeWindow[];
  /** Unix seconds when data began, null where there are none. */
  readonly began: number | null;
  /** Of the whole mesh, where rows of some namespaces were asked for. */
  readonly range?: BucketRange;
}

/** What reading the rows of windows needs. */
export type RowDeps = Pick<InsightDeps, 'tenant' | 'recorded' | 'now'> & { readonly traffic: Pick<TrafficReader, 'edgeWindows' | 'dataRange' | 'oldestBucket'> };

/** Reads the rows of a window, with the request that asks for them and the time by which rates are told, as the graph has it. */
export function createRowsOf({ tenant, traffic, recorded = null, now }: RowDeps): (input: GraphInput) => Promise<AskedRows> {
  const dataBegan = createDataBegan(tenant, traffic, now);
  return async (input) => {
    const request = graphRequest(input, tenant, now() / 1000);
    const [rows, began] = await Promise.all([traffic.edgeWindows(request.scope, request.window), dataBegan()]);
    const range = request.scope.namespaces ? await traffic.dataRange(tenant, request.window) : null;
    const note = lackNote(request.window, { began, recorded }, now() / 1000);
    const unseen = unseenNotes(request.scope.namespaces, () => namespacesOf(rows));
    return { request: { ...request, notes: [...request.notes, ...note === null ? [] : [note], ...unseen] }, rows, began, ...range ? { range } : {} };
  };
}
