import type { GraphInput } from './operations.ts';
import type { Operation } from './request.ts';

/** Who depends on a node or an edge, as far as the graph shows it. */
export interface BlastRadius {
  readonly node: string | null;
  readonly edge: string | null;
  /** `share` 0 … 1 of the node's own outgoing traffic that needs the subject. */
  readonly dependents: readonly { readonly node: { readonly id: string }; readonly share: number; readonly isEntryPoint: boolean }[];
  readonly totalDependents: number;
  readonly totalEntryPoints: number;
  readonly entryAtStakePerSecond: number;
  readonly edges: readonly string[];
  readonly truncated: boolean;
  readonly partial: readonly string[];
}

/** Cost of observed bytes, as if the window went on for a month. */
export interface TrafficCost {
  readonly currency: string;
  readonly items: readonly CostItem[];
  readonly totalItems: number;
  readonly total: { readonly monthlyCost: number; readonly bytes: number };
  /** Bytes of which the zones are not known: not priced. */
  readonly unknownBytes: number;
  readonly partial: readonly string[];
}

export interface CostItem { readonly edge: string | null; readonly monthlyCost: number; readonly parts: readonly { readonly kind: string; readonly bytes: number }[] }

/** What a namespace (the whole mesh for '') would lose if it took mutual TLS only. */
export interface StrictImpact {
  readonly namespace: string;
  readonly breaking: readonly { readonly edge: string }[];
  readonly totalBreaking: number;
  readonly unknown: readonly { readonly edge: string }[];
  readonly totalUnknown: number;
  readonly partial: readonly string[];
}

export const blastRadiusQuery: Operation<{ node: string | null; edge: string | null; input: GraphInput }, { blastRadius: BlastRadius | null }> = {
  document: `query BlastRadius($node: ID, $edge: ID, $input: GraphInput) { blastRadius(node: $node, edge: $edge, input: $input) {
    node edge dependents { node { id } share isEntryPoint } totalDependents totalEntryPoints entryAtStakePerSecond edges truncated partial } }`,
};

export const trafficCostQuery: Operation<{ input: GraphInput; first: number }, { trafficCost: TrafficCost }> = {
  document: `query TrafficCost($input: GraphInput, $first: Int!) { trafficCost(input: $input, groupBy: edge, first: $first) {
    currency items { edge monthlyCost parts { kind bytes } } totalItems total { monthlyCost bytes } unknownBytes partial } }`,
};

export const strictImpactQuery: Operation<{ namespace: string; input: GraphInput }, { strictImpact: StrictImpact }> = {
  document: `query StrictImpact($namespace: String!, $input: GraphInput) { strictImpact(namespace: $namespace, input: $input) {
    namespace breaking { edge } totalBreaking unknown { edge } totalUnknown partial } }`,
};
