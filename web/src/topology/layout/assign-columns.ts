import { longestPaths, type Arc } from './break-cycles.ts';
import type { LayoutEdge, LayoutNode } from './types.ts';

/** A box or a loose node: what columns and rows are packed with. */
export interface Block {
  readonly key: string;
  readonly loose: boolean;
  readonly column: number;
  /** Node ids by rank inside, each rank in order of name. */
  readonly ranks: readonly (readonly string[])[];
  /** Cards in its fullest rank. */
  readonly height: number;
}

/** A rank with more cards than this is split into two columns. */
const tallestRank = 10;

/** `beside`: a box starts right of the boxes that call it. `stacked`: only its cards stand right of their callers, so boxes may share columns. */
export type Packing = 'beside' | 'stacked';

/**
 * Columns from left to right:
 * 1. inside each box ranks follow the longest path of its own edges;
 * 2. boxes and loose nodes follow the longest path of the edges between them, as far apart as `packing` asks.
 */
export function assignColumns(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], packing: Packing): readonly Block[] {
  const sorted = [...nodes].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
  const blockOf = new Map(sorted.map((node) => [node.id, node.box === null ? `loose ${node.id}` : `box ${node.box}`]));
  const members = Map.groupBy(sorted, (node) => blockOf.get(node.id)!);
  const inner = Map.groupBy(edges.filter((edge) => blockOf.get(edge.source) === blockOf.get(edge.destination)), (edge) => blockOf.get(edge.source)!);
  const ranksOf = new Map<string, readonly (readonly string[])[]>();
  const rankOf = new Map<string, number>();
  const tallest = Math.max(tallestRank, Math.ceil(1.4 * Math.sqrt(nodes.length)));
  for (const [key, list] of members) {
    const inside = ranks(list.map((node) => node.id), inner.get(key) ?? [], tallest);
    ranksOf.set(key, inside);
    inside.forEach((rank, i) => rank.forEach((id) => rankOf.set(id, i)));
  }
  const outer = new Map<string, { source: string; destination: string; weight: number; length: number }>();
  for (const edge of edges) {
    const source = blockOf.get(edge.source);
    const destination = blockOf.get(edge.destination);
    if (source === undefined || destination === undefined || source === destination) continue;
    const key = `${source}\n${destination}`;
    const length = packing === 'beside' ? ranksOf.get(source)!.length : rankOf.get(edge.source)! + 1 - rankOf.get(edge.destination)!;
    const arc = outer.get(key) ?? { source, destination, weight: 0, length: 1 };
    outer.set(key, { ...arc, weight: arc.weight + 1, length: Math.max(arc.length, length) });
  }
  const keys = [...members.keys()];
  const found = longestPaths(keys, [...outer.values()]);
  const columns = keys.every((key) => members.get(key)![0]!.box === null) ? squeezed(found, Math.max(6, Math.ceil(1.5 * Math.sqrt(keys.length)))) : found;
  return keys.map((key) => {
    const inside = ranksOf.get(key)!;
    return { key, loose: members.get(key)![0]!.box === null, column: columns.get(key)!, ranks: inside, height: Math.max(...inside.map((rank) => rank.length)) };
  });
}

/** Columns counted from 0. A long chain would make a ribbon: more than `most` columns are squeezed together. */
function squeezed(columns: ReadonlyMap<string, number>, most: number): ReadonlyMap<string, number> {
  const first = Math.min(...columns.values());
  const count = Math.max(...columns.values()) - first + 1;
  if (count <= most) return new Map([...columns].map(([key, column]) => [key, column - first]));
  return new Map([...columns].map(([key, column]) => [key, Math.floor(((column - first) * most) / count)]));
}

function ranks(ids: readonly string[], edges: readonly LayoutEdge[], tallest: number): string[][] {
  const arcs: Arc[] = edges.map((edge) => ({ source: edge.source, destination: edge.destination, weight: 1, length: 1 }));
  const rank = squeezed(longestPaths(ids, arcs), Math.max(4, Math.ceil(1.8 * Math.sqrt(ids.length))));
  const columns: string[][] = [];
  for (const id of ids) (columns[rank.get(id)!] ??= []).push(id);
  return columns.flatMap((column) => {
    const parts = Math.ceil(column.length / tallest);
    const size = Math.ceil(column.length / parts);
    return Array.from({ length: parts }, (_, i) => column.slice(i * size, (i + 1) * size));
  });
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
