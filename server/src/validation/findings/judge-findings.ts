import type { GraphEdge, ServiceGraph } from '../../inference/graph.ts';
import type { MeshInventory } from '../../inference/inventory.ts';
import type { ValidatedCluster } from './validated-cluster.ts';
import { findingId } from './finding-id.ts';
import { byGravity, rankOf, type Ranked } from './rank.ts';
import { reachOf } from './reach.ts';
import { rootOf, type Root } from './root.ts';
import { dependentsCounter, stakeOf } from './stake.ts';
import { suppress } from './suppress.ts';
import type { Suppression, SuppressionRule } from './suppression.ts';
import { TouchedGraph } from './touched.ts';

/** A finding with what it touches and how much that matters. */
export interface JudgedFinding extends Ranked {
  readonly id: string;
  readonly nodes: readonly string[];
  readonly edges: readonly GraphEdge[];
  readonly root: Root;
  readonly suppressed: Suppression | null;
}

/**
 * Ties findings to the traffic of a graph, gravest first. Pure.
 * @param atMs Unix ms at which suppressions are judged
 */
export function judgeFindings(clusters: readonly ValidatedCluster[], graph: ServiceGraph, inventory: MeshInventory | null, rules: readonly SuppressionRule[], atMs: number): JudgedFinding[] {
  const touchedGraph = new TouchedGraph(graph, inventory), count = dependentsCounter(graph);
  const judged = clusters.flatMap(({ cluster, objects, byRef, mesh, findings }) =>
    suppress(findings, objects, byRef, rules, atMs).map(({ finding, suppressed }): Omit<JudgedFinding, 'dependents'> => {
      const object = byRef(finding.object);
      const seenOn = finding.observation?.edgeIds ?? [];
      const { nodes, edges } = seenOn.length > 0 ? touchedGraph.ofStored(seenOn) : object ? touchedGraph.touched(reachOf(object, finding.path, mesh), cluster) : { nodes: [], edges: [] };
      const stake = stakeOf(edges, graph.coveredSeconds);
      return { id: findingId(finding), finding, nodes, edges, stake, rank: rankOf(finding, stake), root: rootOf(finding, object, mesh), suppressed };
    }));
  // Dependents decide last, so the walks go to what is gravest without them.
  return judged.map((one): JudgedFinding => ({ ...one, dependents: null })).sort(byGravity).map((one) => ({ ...one, dependents: count(one.edges) })).sort(byGravity);
}

/** How many findings have each root. */
export function countRoots(findings: readonly { readonly root: Root }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { root } of findings) counts.set(root.key, (counts.get(root.key) ?? 0) + 1);
  return counts;
}
