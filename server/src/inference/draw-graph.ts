import type { Entity } from '@orrery/collectors/model/entity';
import { displayEdges, type DisplayEdge, type ToldEdge } from './display-edge.ts';
import { foldPassthrough } from './fold-passthrough.ts';
import { foldRootCallers } from './fold-root-callers.ts';
import { foldSpreadCalls } from './fold-spread-calls.ts';
import { foldWaypoints } from './fold-waypoints.ts';
import type { GraphType } from './graph.ts';
import { chooseInstruments, type Choice } from './merge-edge.ts';
import { Interned } from './interned.ts';
import { placeRows } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';
import type { BuildView } from './scope/build-view.ts';
import { edgeIdOf, nodeId } from './stable-id.ts';
import { rank } from './voice.ts';

/** An edge with its ids, the rows behind it, and who of them speaks. */
export interface DrawnEdge<E extends ToldEdge = DisplayEdge> {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly edge: E;
  readonly choice: Choice;
}

/** The graph before its numbers: steps 1 to 5 of `load-graph.ts`. */
export interface Drawing<E extends ToldEdge = DisplayEdge> {
  /** By id. */
  readonly edges: readonly DrawnEdge<E>[];
  /** Indexes of the edges as they are measured, by the first stored edge of each: sums of fractions depend on their order, and rows come by stored edge. */
  readonly order: Uint32Array;
  /** Ids of nodes that another node calls. */
  readonly called: ReadonlySet<string>;
  /** Ids of nodes that stand between callers and workloads. */
  readonly injected: ReadonlySet<string>;
  /** Rows of client spans without peer information, by the entity that sent them. */
  readonly unresolved: ReadonlyMap<Entity, readonly EdgeWindow[]>;
  readonly unattributed: number;
  readonly unnamedEdges: number;
}

/**
 * Places, folds, attributes and draws. Of counts it looks only at those that choose between feeds and, in a service graph,
 * between the services of a caller: everything else follows from whose rows they are and what they measure.
 */
export function drawGraph(rows: readonly EdgeWindow[], type: GraphType, view: BuildView = {}): Drawing {
  const placement = placeRows(rows);
  const folded = foldSpreadCalls(foldRootCallers(foldPassthrough(view.showWaypoints ? placement.rows : foldWaypoints(placement.rows))), type);
  const drawn = displayEdges(view.rows ? view.rows(folded) : folded, type, view.injectServices);
  const ids = new Map<string, string>();
  const idOf = (keyText: string): string => {
    let id = ids.get(keyText);
    if (id === undefined) ids.set(keyText, (id = nodeId(keyText)));
    return id;
  };
  const choices = new Interned(choiceNumber);
  const choiceOf = ({ voices, lastResort }: DisplayEdge): Choice => choices.values[choices.number(chooseInstruments(voices, lastResort))]!;
  const edges = drawn.edges.map((edge): DrawnEdge => {
    const source = idOf(edge.source.text), destination = idOf(edge.destination.text);
    return { id: edgeIdOf(source, destination), source, destination, edge, choice: choiceOf(edge) };
  });
  edges.sort((a, b) => (a.id < b.id ? -1 : 1));
  const called = new Set<string>();
  for (const { source, destination } of edges) if (source !== destination) called.add(destination);
  return { edges, order: byStoredEdge(edges), called, injected: new Set([...drawn.injected].map(idOf)), unresolved: placement.unresolved, unattributed: drawn.unattributed, unnamedEdges: placement.unnamedEdges };
}

/** Equal choices, of which a mesh has few, have equal numbers. */
function choiceNumber({ lastResort, instruments }: Choice): number {
  let number = lastResort;
  for (const instrument of instruments) number = number * 8 + (instrument === null ? 7 : rank[instrument]);
  return number;
}

function byStoredEdge(edges: readonly DrawnEdge[]): Uint32Array {
  const first = edges.map(({ edge }) => edge.rows.reduce((least, { row: { edgeId } }) => (least === '' || edgeId < least ? edgeId : least), ''));
  const compare = (a: number, b: number): number => (first[a]! < first[b]! ? -1 : first[a]! > first[b]! ? 1 : a - b);
  return Uint32Array.from(edges.keys()).sort(compare);
}
