import type { State, TopologyEdge } from '../topology/graph/topology.ts';
import { byState } from '../topology/graph/topology.ts';

/** A small picture of a few edges: callers left, callees right. Pixels. */
export interface MiniPicture {
  readonly height: number;
  readonly cards: readonly { readonly key: string; readonly node: string; readonly x: number; readonly y: number }[];
  readonly lines: readonly { readonly edge: TopologyEdge; readonly path: string; readonly label: { readonly x: number; readonly y: number }; readonly state: State }[];
}

export const mini = { width: 400, card: 138, cardHeight: 36, pitch: 48, top: 4 } as const;

/** The gravest edges first, those with more traffic before others. */
export function gravest(edges: readonly TopologyEdge[]): TopologyEdge[] {
  return [...edges].sort((a, b) => byState(a, b) || (b.rps ?? 0) - (a.rps ?? 0) || (a.id < b.id ? -1 : 1));
}

/** Draws edges with a node once on each side; a side with fewer nodes stands in the middle. */
export function miniPicture(edges: readonly TopologyEdge[]): MiniPicture {
  const callers = [...new Set(edges.map(({ source }) => source))], callees = [...new Set(edges.map(({ destination }) => destination))];
  const rows = Math.max(callers.length, callees.length);
  const at = (side: readonly string[], node: string): number => mini.top + mini.cardHeight / 2 + (side.indexOf(node) + (rows - side.length) / 2) * mini.pitch;
  const right = mini.width - mini.card;
  const lines = edges.map((edge) => {
    const [from, to] = [at(callers, edge.source), at(callees, edge.destination)];
    const middle = mini.width / 2;
    const t = callers.length > callees.length ? 0.3 : callees.length > callers.length ? 0.7 : 0.5;
    return {
      edge, state: edge.state, path: `M${mini.card} ${from}C${middle} ${from} ${middle} ${to} ${right - 7} ${to}`,
      label: { x: mini.card + (right - mini.card) * (0.3 + 0.4 * t), y: bezier(from, to, 0.3 + 0.4 * t) - 4 },
    };
  });
  return {
    height: rows === 0 ? 0 : 2 * mini.top + (rows - 1) * mini.pitch + mini.cardHeight, lines,
    cards: [...callers.map((node) => ({ key: `from ${node}`, node, x: 0, y: at(callers, node) - mini.cardHeight / 2 })), ...callees.map((node) => ({ key: `to ${node}`, node, x: right, y: at(callees, node) - mini.cardHeight / 2 }))],
  };
}

/** Height of the S-curve at `t`. */
function bezier(from: number, to: number, t: number): number {
  return from * ((1 - t) ** 3 + 3 * t * (1 - t) ** 2) + to * (3 * t ** 2 * (1 - t) + t ** 3);
}
