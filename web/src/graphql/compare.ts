import type { EdgeColumns, NodeColumns } from './graph-columns.ts';
import type { GraphInput } from './operations.ts';
import type { Operation } from './request.ts';

/**
 * The JSON of the schema's scalar `GraphDeltaColumns`: what differs between two windows, tested, the most traffic at stake
 * first. Words and texts index `strings`, `source` and `destination` index `nodes`, `edge` of `changes` indexes `edges`.
 */
export interface GraphDeltaColumns {
  readonly before: Span;
  readonly after: Span;
  readonly falseDiscoveryRate: number;
  readonly strings: readonly string[];
  readonly nodes: Pick<NodeColumns, 'id' | 'label' | 'cluster' | 'namespace' | 'kind' | 'name'> & VerdictColumns;
  readonly edges: Pick<EdgeColumns, 'id' | 'source' | 'destination'> & VerdictColumns;
  readonly changes: ChangeColumns & {
    readonly edge: readonly number[];
    readonly qValue: readonly (number | null)[];
    readonly verdict: readonly number[];
    readonly reason: readonly number[];
  };
  /** Own numbers of nodes, not tested. */
  readonly nodeChanges: ChangeColumns & { readonly node: readonly number[] };
  readonly unchangedEdges: readonly string[];
  readonly undecidedEdges: readonly string[];
  readonly partial: readonly string[];
}

interface VerdictColumns {
  readonly presence: readonly number[];
  readonly verdict: readonly number[];
  readonly healthAfter: readonly number[];
}

interface ChangeColumns {
  readonly signal: readonly number[];
  readonly before: readonly (number | null)[];
  readonly after: readonly (number | null)[];
}

/** Unix seconds. */
interface Span { readonly from: number; readonly to: number }

export const graphDeltaQuery: Operation<{ before: Span; after: Span; input: GraphInput }, { graphDeltaColumns: GraphDeltaColumns }> = {
  document: 'query GraphDelta($before: WindowInput!, $after: WindowInput!, $input: GraphInput) { graphDeltaColumns(before: $before, after: $after, input: $input) }',
};

/** Traffic of the whole mesh in both windows. */
export interface TwoTraffics { readonly before: TrafficTotals; readonly after: TrafficTotals }

/** Per second and step; null = not measured. */
interface TrafficTotals { readonly requestsPerSecond: readonly (number | null)[]; readonly errorsPerSecond: readonly (number | null)[] }

export const twoTrafficsQuery: Operation<{ before: GraphInput; after: GraphInput }, TwoTraffics> = {
  document: `query TwoTraffics($before: GraphInput, $after: GraphInput) {
    before: traffic(input: $before) { requestsPerSecond errorsPerSecond } after: traffic(input: $after) { requestsPerSecond errorsPerSecond } }`,
};
