import type { GraphInput } from './operations.ts';
import type { Operation } from './request.ts';

/** Who depends on a node or an edge, as far as the graph shows it. */
export interface BlastRadius {
  readonly node: string | null;
  readonly edge: string | null;
  /** `share` 0 … 1 of the node's own outgoing traffic that needs the subject. */
  readonly dependents: readonly { readonly node: { readonly id: string; readonly label: string }; readonly share: number; readonly isEntryPoint: boolean }[];
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

/** An edge of which not all, or nobody knows how much, travels under mutual TLS. */
export interface PostureEdge {
  readonly edge: string;
  readonly source: { readonly label: string };
  readonly destination: { readonly label: string };
  readonly plaintextRequestsPerSecond: number;
  readonly plaintextConnectionsPerSecond: number;
  readonly requestsPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  /** The caller cannot be made to use mutual TLS by policy. */
  readonly sourceOutsideMesh: boolean;
}

/** Observed encryption of what travels into a namespace; shares 0 … 1, null = nobody who can know told any. */
export interface NamespacePosture {
  /** '' of what belongs to none. */
  readonly namespace: string;
  readonly requests: { readonly share: number | null };
  readonly connections: { readonly share: number | null };
  readonly edges: number;
  readonly plaintextEdges: number;
  readonly unknownEdges: number;
}

export interface MtlsPosture {
  readonly total: NamespacePosture;
  readonly namespaces: readonly NamespacePosture[];
  /** Those that name another namespace than their own, or no service account of a mesh, come first. */
  readonly identities: readonly { readonly node: string; readonly entity: { readonly name: string; readonly namespace: string }; readonly unexpected: readonly string[] }[];
  readonly partial: readonly string[];
}

/** What a namespace (the whole mesh for '') would lose if it took mutual TLS only. */
export interface StrictImpact {
  readonly namespace: string;
  readonly breaking: readonly PostureEdge[];
  readonly totalBreaking: number;
  readonly unknown: readonly PostureEdge[];
  readonly totalUnknown: number;
  readonly partial: readonly string[];
}

const posture = 'namespace requests { share } connections { share } edges plaintextEdges unknownEdges';
const postureEdge = 'edge source { label } destination { label } plaintextRequestsPerSecond plaintextConnectionsPerSecond requestsPerSecond connectionsPerSecond sourceOutsideMesh';

export const blastRadiusQuery: Operation<{ node: string | null; edge: string | null; input: GraphInput }, { blastRadius: BlastRadius | null }> = {
  document: `query BlastRadius($node: ID, $edge: ID, $input: GraphInput) { blastRadius(node: $node, edge: $edge, input: $input) {
    node edge dependents { node { id label } share isEntryPoint } totalDependents totalEntryPoints entryAtStakePerSecond edges truncated partial } }`,
};

export const trafficCostQuery: Operation<{ input: GraphInput; first: number }, { trafficCost: TrafficCost }> = {
  document: `query TrafficCost($input: GraphInput, $first: Int!) { trafficCost(input: $input, groupBy: edge, first: $first) {
    currency items { edge monthlyCost parts { kind bytes } } totalItems total { monthlyCost bytes } unknownBytes partial } }`,
};

export const strictImpactQuery: Operation<{ namespace: string; input: GraphInput }, { strictImpact: StrictImpact }> = {
  document: `query StrictImpact($namespace: String!, $input: GraphInput) { strictImpact(namespace: $namespace, input: $input) {
    namespace breaking { ${postureEdge} } totalBreaking unknown { ${postureEdge} } totalUnknown partial } }`,
};

export const mtlsPostureQuery: Operation<{ input: GraphInput }, { mtlsPosture: MtlsPosture }> = {
  document: `query MtlsPosture($input: GraphInput) { mtlsPosture(input: $input) { total { ${posture} } namespaces { ${posture} } identities { node entity { name namespace } unexpected } partial } }`,
};
