import type { GraphColumns, GraphDiff } from './graph-columns.ts';

type Column = readonly (string | number | null)[];

/** Columns of nodes and edges whose numbers are indexes into `strings`. */
const indexed: ReadonlySet<string> = new Set(['cluster', 'namespace', 'kind', 'app', 'versionLabel', 'health', 'protocol']);

/**
 * What brings `base` to `next`: nodes and edges that are new or differ, whole, and ids that are gone. With no base it is the
 * whole graph; null where the versions are equal. Both graphs have nodes and edges sorted by id.
 */
export function diffColumns(base: GraphColumns | null, next: GraphColumns): GraphDiff | null {
  const { version, from, to, coveredSeconds } = next;
  if (base === null || !sameColumns(base, next)) return { version, base: '', from, to, coveredSeconds, changed: next, removedNodes: [], removedEdges: [] };
  if (base.version === version) return null;

  const nodes = compare(base.nodes.id, next.nodes.id, (i, j) => sameNode(base, i, next, j));
  const edges = compare(base.edges.id, next.edges.id, (i, j) => sameEdge(base, i, next, j));
  const changedNodes = new Set(nodes.changed);
  for (const i of edges.changed) changedNodes.add(next.edges.source[i]!).add(next.edges.destination[i]!);
  return {
    version, base: base.version, from, to, coveredSeconds,
    changed: subset(next, [...changedNodes].sort((a, b) => a - b), edges.changed),
    removedNodes: nodes.removed, removedEdges: edges.removed,
  };
}

/** Columns of appenders come and go with what they tell of: then nothing can be compared row by row. */
function sameColumns(base: GraphColumns, next: GraphColumns): boolean {
  const names = ({ nodes, edges }: GraphColumns): string => [...Object.keys(nodes), '', ...Object.keys(edges)].join();
  return names(base) === names(next);
}

/** Walks two sorted id columns side by side: indexes in `next` that are new or differ, and ids only in `base`. */
function compare(base: readonly string[], next: readonly string[], same: (i: number, j: number) => boolean): { changed: number[]; removed: string[] } {
  const changed: number[] = [], removed: string[] = [];
  let i = 0, j = 0;
  while (i < base.length || j < next.length) {
    const a = base[i], b = next[j];
    if (b === undefined || (a !== undefined && a < b)) {
      removed.push(a!);
      i++;
    } else if (a === undefined || b < a) {
      changed.push(j++);
    } else {
      if (!same(i, j)) changed.push(j);
      i++;
      j++;
    }
  }
  return { changed, removed };
}

function sameNode(base: GraphColumns, i: number, next: GraphColumns, j: number): boolean {
  return sameFields(base.nodes, i, base.strings, next.nodes, j, next.strings, '', '');
}

/** Ends are compared by id: an index moves when any node comes or goes. */
function sameEdge(base: GraphColumns, i: number, next: GraphColumns, j: number): boolean {
  return (
    base.nodes.id[base.edges.source[i]!] === next.nodes.id[next.edges.source[j]!] &&
    base.nodes.id[base.edges.destination[i]!] === next.nodes.id[next.edges.destination[j]!] &&
    sameFields(base.edges, i, base.strings, next.edges, j, next.strings, 'source', 'destination')
  );
}

function sameFields<T extends object>(a: T, i: number, aStrings: readonly string[], b: T, j: number, bStrings: readonly string[], skip1: string, skip2: string): boolean {
  for (const name in a) {
    if (name === skip1 || name === skip2) continue;
    const x = (a[name] as Column)[i], y = (b[name] as Column)[j];
    if (indexed.has(name) ? aStrings[x as number] !== bStrings[y as number] : x !== y) return false;
  }
  return true;
}

/** Some nodes and edges of a graph as a graph: indexes into nodes are moved; the table of strings stays whole. */
function subset(graph: GraphColumns, nodes: readonly number[], edges: readonly number[]): GraphColumns {
  const moved = new Map(nodes.map((from, to) => [from, to]));
  const picked = pick(graph.edges, edges);
  return {
    ...graph,
    nodes: pick(graph.nodes, nodes),
    edges: { ...picked, source: picked.source.map((at) => moved.get(at)!), destination: picked.destination.map((at) => moved.get(at)!) },
  };
}

function pick<T extends object>(columns: T, indexes: readonly number[]): T {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, indexes.map((i) => (column as Column)[i])])) as T;
}
