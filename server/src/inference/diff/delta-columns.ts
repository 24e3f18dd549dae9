import { round4 } from '../round.ts';
import type { GraphDelta } from './graph-delta.ts';

/**
 * The difference of two windows as columns, for any size of mesh: what `/api/graph-diff` and the GraphQL scalar
 * `GraphDeltaColumns` carry. `source` and `destination` of `edges` are indexes into `nodes`, `edge` of `changes` into
 * `edges`, `node` of `nodeChanges` into `nodes`; words and texts are indexes into `strings`. p- and q-values keep 2 significant digits, other numbers 4.
 */
export interface GraphDeltaColumns {
  readonly type: GraphDelta['type'];
  readonly before: GraphDelta['before'];
  readonly after: GraphDelta['after'];
  readonly falseDiscoveryRate: number;
  readonly tests: number;
  readonly strings: readonly string[];
  readonly nodes: {
    readonly id: readonly string[];
    readonly label: readonly string[];
    readonly cluster: readonly number[];
    readonly namespace: readonly number[];
    readonly kind: readonly number[];
    readonly name: readonly string[];
    readonly presence: readonly number[];
    readonly verdict: readonly number[];
    readonly healthBefore: readonly number[];
    readonly healthAfter: readonly number[];
  };
  readonly edges: {
    readonly id: readonly string[];
    readonly source: readonly number[];
    readonly destination: readonly number[];
    readonly presence: readonly number[];
    readonly verdict: readonly number[];
    readonly healthBefore: readonly number[];
    readonly healthAfter: readonly number[];
    readonly atStake: readonly number[];
  };
  /** The signals of the edges, in their order. */
  readonly changes: {
    readonly edge: readonly number[];
    readonly signal: readonly number[];
    readonly before: readonly (number | null)[];
    readonly after: readonly (number | null)[];
    readonly pValue: readonly (number | null)[];
    readonly qValue: readonly (number | null)[];
    readonly verdict: readonly number[];
    readonly reason: readonly number[];
  };
  /** Own numbers of nodes in the signals in which an edge of theirs changed, in the order of the nodes. */
  readonly nodeChanges: {
    readonly node: readonly number[];
    readonly signal: readonly number[];
    readonly before: readonly (number | null)[];
    readonly after: readonly (number | null)[];
  };
  readonly unchangedEdges: readonly string[];
  readonly undecidedEdges: readonly string[];
  readonly unchangedNodes: readonly string[];
  readonly partial: readonly string[];
}

/** A delta in columns, each text once in `strings` and referred to by its index. */
export function deltaColumns(delta: GraphDelta): GraphDeltaColumns {
  const { nodes, edges, ...rest } = delta;
  const strings: string[] = [], indexes = new Map<string, number>();
  const text = (value: string): number => {
    const known = indexes.get(value);
    if (known !== undefined) return known;
    indexes.set(value, strings.length);
    return strings.push(value) - 1;
  };
  const nodeIndex = new Map(nodes.map((node, i) => [node.id, i]));
  const changes = edges.flatMap((edge, i) => edge.signals.map((one) => ({ ...one, edge: i })));
  const nodeChanges = nodes.flatMap((node, i) => node.signals.map((one) => ({ ...one, node: i })));
  return {
    ...rest, strings,
    nodes: {
      id: nodes.map((one) => one.id),
      label: nodes.map((one) => one.label),
      cluster: nodes.map((one) => text(one.entity.cluster)),
      namespace: nodes.map((one) => text(one.entity.namespace)),
      kind: nodes.map((one) => text(one.entity.kind)),
      name: nodes.map((one) => one.entity.name),
      presence: nodes.map((one) => text(one.presence)),
      verdict: nodes.map((one) => text(one.verdict)),
      healthBefore: nodes.map((one) => text(one.healthBefore)),
      healthAfter: nodes.map((one) => text(one.healthAfter)),
    },
    edges: {
      id: edges.map((one) => one.id),
      source: edges.map((one) => nodeIndex.get(one.source) ?? 0),
      destination: edges.map((one) => nodeIndex.get(one.destination) ?? 0),
      presence: edges.map((one) => text(one.presence)),
      verdict: edges.map((one) => text(one.verdict)),
      healthBefore: edges.map((one) => text(one.healthBefore)),
      healthAfter: edges.map((one) => text(one.healthAfter)),
      atStake: edges.map((one) => round4(one.atStake) ?? 0),
    },
    changes: {
      edge: changes.map((one) => one.edge),
      signal: changes.map((one) => text(one.signal)),
      before: changes.map((one) => round4(one.before)),
      after: changes.map((one) => round4(one.after)),
      pValue: changes.map((one) => round2(one.pValue)),
      qValue: changes.map((one) => round2(one.qValue)),
      verdict: changes.map((one) => text(one.verdict)),
      reason: changes.map((one) => text(one.reason)),
    },
    nodeChanges: {
      node: nodeChanges.map((one) => one.node),
      signal: nodeChanges.map((one) => text(one.signal)),
      before: nodeChanges.map((one) => round4(one.before)),
      after: nodeChanges.map((one) => round4(one.after)),
    },
  };
}

function round2(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(2));
}
