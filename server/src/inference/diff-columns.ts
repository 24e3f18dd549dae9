import { edgesChanged } from './edge-columns.ts';
import type { GraphColumns, GraphDiff } from './graph-columns.ts';
import { holdsNumbers } from './number-lists.ts';

type Column = readonly (string | number | null)[];

/** Columns of nodes and edges whose numbers are indexes into `strings`. */
const indexed: ReadonlySet<string> = new Set(['cluster', 'namespace', 'kind', 'app', 'versionLabel', 'health', 'protocol']);

/**
 * What brings `base` to `next`: nodes and edges that are new or differ, or all of them where nearly all edges do, and ids that
 * are gone. With no base it is the whole graph; null where the versions are equal. Both graphs have nodes and edges sorted by id.
 */
export function diffColumns(base: GraphColumns | null, next: GraphColumns): GraphDiff | null {
  const { version, from, to, coveredSeconds } = next;
  if (base === null || !sameColumns(base, next)) return { version, base: '', from, to, coveredSeconds, changed: next, removedNodes: [], removedEdges: [] };
  if (base.version === version) return null;

  const sameNodes = sameItems(base.nodes.id, next.nodes.id), sameEdges = sameNodes && sameItems(base.edges.id, next.edges.id);
  const nodes = sameNodes ? { changed: differing(base.nodes, base.strings, next.nodes, next.strings), removed: [] } : compare(base.nodes.id, next.nodes.id, (i, j) => sameNode(base, i, next, j));
  const edges = sameEdges ? { changed: edgesChanged(base.edges, next.edges) ?? differing(base.edges, base.strings, next.edges, next.strings), removed: [] } : compare(base.edges.id, next.edges.id, (i, j) => sameEdge(base, i, next, j));
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

/** Places at which columns of the same ids differ: column by column, for most are the same list as before. */
function differing<T extends object>(base: T, baseStrings: readonly string[], next: T, nextStrings: readonly string[]): number[] {
  const sameStrings = sameItems(baseStrings, nextStrings), differ: Uint8Array[] = [];
  for (const name in next) {
    const a = base[name] as Column, b = next[name] as Column, byText = indexed.has(name) && !sameStrings;
    if (a === b && !byText) continue;
    differ.push(byText ? differingTexts(a, baseStrings, b, nextStrings) : holdsNumbers(a) && holdsNumbers(b) ? differingNumbers(a, b) : differingItems(a, b));
  }
  const changed: number[] = [];
  for (let i = 0; i < (differ[0]?.length ?? 0); i++) if (differ.some((at) => at[i] === 1)) changed.push(i);
  return changed;
}

function differingTexts(a: Column, aStrings: readonly string[], b: Column, bStrings: readonly string[]): Uint8Array {
  const differ = new Uint8Array(b.length);
  for (let i = 0; i < differ.length; i++) if (aStrings[a[i] as number] !== bStrings[b[i] as number]) differ[i] = 1;
  return differ;
}

/** In a loop of its own: a number that is asked what it is becomes an object. */
function differingNumbers(a: readonly number[], b: readonly number[]): Uint8Array {
  const differ = new Uint8Array(b.length);
  for (let i = 0; i < differ.length; i++) if (a[i] !== b[i]) differ[i] = 1;
  return differ;
}

function differingItems(a: Column, b: Column): Uint8Array {
  const differ = new Uint8Array(b.length);
  for (let i = 0; i < differ.length; i++) if (a[i] !== b[i]) differ[i] = 1;
  return differ;
}

function sameItems(a: Column, b: Column): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
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

/** Where so many edges are told, the whole graph is: to pick them would take longer than to send the rest. */
const nearlyAll = 0.95;

/** Some nodes and edges of a graph as a graph: indexes into nodes are moved; the table of strings stays whole. */
function subset(graph: GraphColumns, nodes: readonly number[], edges: readonly number[]): GraphColumns {
  if (edges.length > 0 && edges.length >= nearlyAll * graph.edges.id.length) return graph;
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
