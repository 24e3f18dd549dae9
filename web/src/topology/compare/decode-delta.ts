import type { GraphDeltaColumns } from '../../graphql/compare.ts';
import { legible, legibleName } from '../../lib/format.ts';

export type Verdict = 'worse' | 'better' | 'changed' | 'same' | 'unknown';
export type Presence = 'added' | 'gone' | 'both';

/** A signal in two windows; null = not measured. */
export interface Change { readonly signal: string; readonly before: number | null; readonly after: number | null }

/** … of an edge, tested: `qValue` null = not tested, `reason` why nothing can be said. */
export interface TestedChange extends Change { readonly qValue: number | null; readonly verdict: Verdict; readonly reason: string }

export interface EdgeDelta {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly presence: Presence;
  readonly verdict: Verdict;
  readonly failsAfter: boolean;
  readonly signals: readonly TestedChange[];
}

export interface NodeDelta {
  readonly id: string;
  readonly label: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly presence: Presence;
  readonly verdict: Verdict;
  readonly failsAfter: boolean;
  readonly signals: readonly Change[];
}

/** What differs between two windows, by id; edges with the most traffic at stake first. */
export interface GraphDelta {
  readonly before: GraphDeltaColumns['before'];
  readonly after: GraphDeltaColumns['after'];
  /** Share of false claims among the claims made, at most. */
  readonly falseDiscoveryRate: number;
  readonly edges: ReadonlyMap<string, EdgeDelta>;
  readonly nodes: ReadonlyMap<string, NodeDelta>;
  /** How many of the edges differ beyond chance. */
  readonly differing: number;
  readonly unchangedEdges: ReadonlySet<string>;
  readonly partial: readonly string[];
}

export function decodeDelta({ before, after, falseDiscoveryRate, strings, nodes: n, edges: e, changes: c, nodeChanges, unchangedEdges, partial }: GraphDeltaColumns): GraphDelta {
  const text = <T extends string>(column: readonly number[], i: number): T => (strings[column[i] ?? -1] ?? '') as T;
  const ofEdges = e.id.map((): TestedChange[] => []), ofNodes = n.id.map((): Change[] => []);
  c.edge.forEach((at, i) => ofEdges[at]?.push({ signal: text(c.signal, i), before: c.before[i] ?? null, after: c.after[i] ?? null, qValue: c.qValue[i] ?? null, verdict: text(c.verdict, i), reason: text(c.reason, i) }));
  nodeChanges.node.forEach((at, i) => ofNodes[at]?.push({ signal: text(nodeChanges.signal, i), before: nodeChanges.before[i] ?? null, after: nodeChanges.after[i] ?? null }));
  const edges = e.id.map((id, i): EdgeDelta => ({
    id, source: n.id[e.source[i] ?? -1] ?? '', destination: n.id[e.destination[i] ?? -1] ?? '',
    presence: text(e.presence, i), verdict: text(e.verdict, i), failsAfter: text(e.healthAfter, i) === 'Failure', signals: ofEdges[i]!,
  }));
  const nodes = n.id.map((id, i): NodeDelta => ({
    id, label: legibleName(n.label[i] ?? ''), cluster: legible(text(n.cluster, i)), namespace: legible(text(n.namespace, i)), kind: text(n.kind, i), name: legible(n.name[i] ?? ''),
    presence: text(n.presence, i), verdict: text(n.verdict, i), failsAfter: text(n.healthAfter, i) === 'Failure', signals: ofNodes[i]!,
  }));
  return {
    before, after, falseDiscoveryRate, partial, differing: edges.filter(({ verdict }) => verdict !== 'unknown').length, unchangedEdges: new Set(unchangedEdges),
    edges: new Map(edges.map((edge) => [edge.id, edge])), nodes: new Map(nodes.map((node) => [node.id, node])),
  };
}
