import { EntityKind } from '@orrery/collectors/model/entity';
import type { GraphEdge, GraphNode, ServiceGraph } from '../graph.ts';
import { dependentShares } from './dependent-shares.ts';
import { reachBackwards, reachForwards } from './reach.ts';
import { callsOf, type Call } from './weighted-calls.ts';

/** What is asked about: a node or an edge of the graph. */
export type Subject = { readonly node: string } | { readonly edge: string };

/** `Dependent` of the schema. */
export interface Dependent {
  readonly node: GraphNode;
  readonly depth: number;
  /** 0 … 1 of its own outgoing traffic (`dependent-shares.ts`). */
  readonly share: number;
  readonly atStakePerSecond: number;
  readonly isEntryPoint: boolean;
}

/** `Dependency` of the schema. */
export interface Dependency {
  readonly node: GraphNode;
  readonly depth: number;
  readonly requestsPerSecond: number;
}

/** Who depends on a node or edge, and on whom it depends; `entryAtStakePerSecond` is of the requests that come in from outside. */
export interface BlastRadius {
  /** Requests (or connections) per second into the subject. */
  readonly perSecond: number;
  /** The most at stake first. */
  readonly dependents: readonly Dependent[];
  readonly entryPoints: readonly string[];
  readonly entryAtStakePerSecond: number;
  /** Edges on a way from a dependent to the subject, sorted. */
  readonly edges: readonly string[];
  /** Nearest first. */
  readonly dependencies: readonly Dependency[];
  readonly settled: boolean;
}

/** Who fails if the subject fails, and what the subject needs itself. Null if the graph has no such node or edge. */
export function blastRadius(graph: ServiceGraph, subject: Subject): BlastRadius | null {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const edge = 'edge' in subject ? graph.edges.find(({ id }) => id === subject.edge) : undefined;
  if ('edge' in subject ? edge === undefined : !nodes.has(subject.node)) return null;
  const calls = callsOf(graph.edges);
  const isSubject = (call: Call): boolean => ('edge' in subject ? call.edge === subject.edge : call.destination === subject.node);
  const goal = edge ? null : 'node' in subject ? subject.node : null;
  const depths = reachBackwards(calls, isSubject, goal);
  const { shares, settled } = dependentShares(calls, isSubject, depths, goal);
  const called = new Set(calls.map(({ destination }) => destination));

  const outgoing = new Map<string, number>();
  for (const { source, weight } of calls) outgoing.set(source, (outgoing.get(source) ?? 0) + weight);
  const dependents = [...depths].map(([id, depth]): Dependent => {
    const node = nodes.get(id)!, share = shares.get(id) ?? 0;
    return { node, depth, share, atStakePerSecond: share * (outgoing.get(id) ?? 0), isEntryPoint: node.entity.kind === EntityKind.gateway || !called.has(id) };
  });
  dependents.sort((a, b) => b.atStakePerSecond - a.atStakePerSecond || a.depth - b.depth || (a.node.id < b.node.id ? -1 : 1));
  const entries = dependents.filter(({ isEntryPoint }) => isEntryPoint);
  return {
    perSecond: sum((edge ? [edge] : graph.edges.filter(({ destination }) => destination === goal)).map(rateOf)),
    dependents,
    entryPoints: entries.map(({ node }) => node.id),
    entryAtStakePerSecond: sum(entries.map(({ atStakePerSecond }) => atStakePerSecond)),
    edges: calls.filter((call) => depths.has(call.source) && (isSubject(call) || (call.destination !== goal && depths.has(call.destination)))).map((call) => call.edge).sort(),
    dependencies: dependenciesOf(graph.edges, nodes, edge ? edge.destination : goal!),
    settled,
  };
}

function dependenciesOf(edges: readonly GraphEdge[], nodes: ReadonlyMap<string, GraphNode>, start: string): Dependency[] {
  const calls = callsOf(edges);
  const depths = reachForwards(calls, start);
  const arriving = new Map<string, number>();
  for (const { source, destination, weight } of calls) {
    if (source === start || depths.has(source)) arriving.set(destination, (arriving.get(destination) ?? 0) + weight);
  }
  return [...depths].map(([id, depth]) => ({ node: nodes.get(id)!, depth, requestsPerSecond: arriving.get(id) ?? 0 }))
    .sort((a, b) => a.depth - b.depth || b.requestsPerSecond - a.requestsPerSecond || (a.node.id < b.node.id ? -1 : 1));
}

function rateOf({ signals }: GraphEdge): number {
  return signals.requestsPerSecond ?? signals.connectionsPerSecond ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
