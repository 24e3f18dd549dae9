import type { Entity } from '@orrery/collectors/model/entity';
import { displayEdges, type DisplayEdge, type ToldEdge } from './display-edge.ts';
import { foldPassthrough } from './fold-passthrough.ts';
import { foldRootCallers } from './fold-root-callers.ts';
import { foldSpreadCalls } from './fold-spread-calls.ts';
import { foldWaypoints } from './fold-waypoints.ts';
import type { GraphType } from './graph.ts';
import { chooseInstruments, type Choice } from './merge-edge.ts';
import { placeRows } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';
import type { BuildView } from './scope/build-view.ts';
import { edgeIdOf, nodeId } from './stable-id.ts';

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
  const choices = new Map<string, Choice>();
  const choiceOf = ({ voices, lastResort }: DisplayEdge): Choice => {
    const choice = chooseInstruments(voices, lastResort), text = `${choice.lastResort} ${choice.instruments.join()}`;
    const known = choices.get(text);
    if (!known) choices.set(text, choice);
    return known ?? choice;
  };
  const edges = drawn.edges.map((edge): DrawnEdge => {
    const source = idOf(edge.source.text), destination = idOf(edge.destination.text);
    return { id: edgeIdOf(source, destination), source, destination, edge, choice: choiceOf(edge) };
  });
  edges.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { edges, injected: new Set([...drawn.injected].map(idOf)), unresolved: placement.unresolved, unattributed: drawn.unattributed, unnamedEdges: placement.unnamedEdges };
}
