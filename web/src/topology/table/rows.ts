import { compare } from '../layout/assign-columns.ts';
import { states, type TopologyEdge, type TopologyNode } from '../graph/topology.ts';
import type { Encoding } from '../mode/encode.ts';

export interface EdgeRow {
  readonly edge: TopologyEdge;
  readonly source: TopologyNode;
  readonly destination: TopologyNode;
  /** What the mode in force says of it, and its rank there. */
  readonly mode: { readonly text: string; readonly rank: number };
}

const silent = { text: '', rank: -1 };

export const columns = ['source', 'destination', 'protocol', 'health', 'mode', 'rps', 'errors', 'p50', 'p90', 'p99', 'mtls'] as const;
export type Column = (typeof columns)[number];

export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

/** Rows of edges with both ends. */
export function edgeRows(edges: readonly TopologyEdge[], node: (id: string) => TopologyNode | undefined, encoding: Pick<Encoding, 'edges'> | null = null): readonly EdgeRow[] {
  return edges.flatMap((edge) => {
    const source = node(edge.source);
    const destination = node(edge.destination);
    return source && destination ? [{ edge, source, destination, mode: encoding?.edges.get(edge.id) ?? silent }] : [];
  });
}

/** A name with its namespace, as it stands where there is room. */
export function wholeName({ namespace, label }: Pick<TopologyNode, 'namespace' | 'label'>): string {
  return namespace === '' ? label : `${namespace} / ${label}`;
}

/** Rows in order; what is not measured always comes last, equal rows by names. */
export function sortRows(rows: readonly EdgeRow[], sorting: Sorting): readonly EdgeRow[] {
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [valueOf(a, sorting.column), valueOf(b, sorting.column)];
    if (x === null || y === null) return x === y ? byName(a, b) : x === null ? 1 : -1;
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : compare(String(x), String(y));
    return order === 0 ? byName(a, b) : order * sign;
  });
}

function byName(a: EdgeRow, b: EdgeRow): number {
  return compare(a.source.label, b.source.label) || compare(a.destination.label, b.destination.label) || compare(a.edge.id, b.edge.id);
}

/** What a column holds; health as its rank, worst highest, so that descending shows the worst first. */
export function valueOf(row: EdgeRow, column: Column): string | number | null {
  const { edge } = row;
  switch (column) {
    case 'source':
      return row.source.label;
    case 'destination':
      return row.destination.label;
    case 'protocol':
      return edge.protocol;
    case 'health':
      return states.length - states.indexOf(edge.state);
    case 'mode':
      return row.mode.rank;
    case 'rps':
      return edge.rps;
    case 'errors':
      return edge.errorRatio;
    case 'p50':
      return edge.p50Ms;
    case 'p90':
      return edge.p90Ms;
    case 'p99':
      return edge.p99Ms;
    case 'mtls':
      return edge.mtlsShare;
  }
}
