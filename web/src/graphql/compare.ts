import type { Entity, GraphInput } from './operations.ts';
import type { Operation } from './request.ts';

export type Verdict = 'worse' | 'better' | 'changed' | 'same' | 'unknown';
export type Presence = 'added' | 'gone' | 'both';

/** One signal of an edge in two windows; null = not measured. */
export interface SignalChange {
  readonly signal: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly relative: number | null;
  readonly qValue: number | null;
  readonly verdict: Verdict;
  readonly reason: string;
}

export interface EdgeDelta {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly presence: Presence;
  readonly verdict: Verdict;
  readonly signals: readonly SignalChange[];
}

export interface NodeDelta { readonly id: string; readonly presence: Presence; readonly entity: Entity; readonly label: string; readonly verdict: Verdict }

/** What differs between two windows, tested; the most traffic at stake first. */
export interface GraphDelta {
  readonly before: { readonly from: number; readonly to: number };
  readonly after: { readonly from: number; readonly to: number };
  readonly falseDiscoveryRate: number;
  readonly edges: readonly EdgeDelta[];
  readonly nodes: readonly NodeDelta[];
  readonly unchangedEdges: readonly string[];
  readonly undecidedEdges: readonly string[];
  readonly partial: readonly string[];
}

interface Span { readonly from: number; readonly to: number }

export const graphDeltaQuery: Operation<{ before: Span; after: Span; input: GraphInput }, { graphDelta: GraphDelta }> = {
  document: `query GraphDelta($before: WindowInput!, $after: WindowInput!, $input: GraphInput) { graphDelta(before: $before, after: $after, input: $input) {
    before { from to } after { from to } falseDiscoveryRate unchangedEdges undecidedEdges partial
    edges { id source destination presence verdict signals { signal before after relative qValue verdict reason } }
    nodes { id presence label verdict entity { cluster namespace kind name app version } } } }`,
};
