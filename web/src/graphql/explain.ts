import type { Entity, GraphInput } from './operations.ts';
import type { Operation } from './request.ts';

/** Why an edge or a node is not healthy, as far as the panel shows it. */
export interface Explanation {
  readonly health: string;
  readonly summary: string;
  /** 0 … 1 as the caller got them; null = none measured. */
  readonly failureRatio: number | null;
  readonly facts: readonly ExplainedFact[];
  readonly onset: Onset | null;
  readonly usual: UsualBand | null;
  readonly changes: readonly NearbyChange[];
  readonly downstream: readonly DownstreamCause[];
  readonly partial: readonly string[];
}

export interface ExplainedFact { readonly kind: string; readonly text: string }

/** When the failures began, Unix seconds; `precision` is the width of the bucket. */
export interface Onset { readonly time: number; readonly precision: number; readonly ratioBefore: number; readonly ratioAfter: number; readonly beyond: boolean }

export interface UsualBand { readonly low: number; readonly median: number; readonly high: number; readonly buckets: number }

export interface NearbyChange {
  readonly eventId: string;
  readonly time: number;
  /** Seconds from the onset; negative = before it. */
  readonly offset: number;
  readonly kind: string;
  readonly title: string;
  readonly entity: Entity;
  readonly relation: string;
  readonly before: string;
  readonly after: string;
}

export interface DownstreamCause { readonly edge: string; readonly text: string; readonly failureRatio: number; readonly source: { readonly label: string }; readonly destination: { readonly label: string } }

const explanation = `health summary failureRatio partial facts { kind text } onset { time precision ratioBefore ratioAfter beyond } usual { low median high buckets }
  changes { eventId time offset kind title relation before after entity { cluster namespace kind name app version } }
  downstream { edge text failureRatio source { label } destination { label } }`;

export const whyEdgeQuery: Operation<{ id: string; input: GraphInput }, { why: Explanation | null }> = {
  document: `query WhyEdge($id: ID!, $input: GraphInput) { why(edge: $id, input: $input) { ${explanation} } }`,
};

export const whyNodeQuery: Operation<{ id: string; input: GraphInput }, { why: Explanation | null }> = {
  document: `query WhyNode($id: ID!, $input: GraphInput) { why(node: $id, input: $input) { ${explanation} } }`,
};
