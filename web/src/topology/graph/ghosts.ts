import { clock } from '../../lib/format.ts';
import { boxOf, collapseAbove } from './collapse.ts';
import type { Topology, TopologyEdge, TopologyNode } from './topology.ts';

/** How long what has left a live graph is still drawn, in its place, hollow and dashed. */
export const ghostSeconds = 600;
/** Of each kind; of more, those that left last. */
const mostGhosts = 500;

/** What left a graph, in the state `gone`, and at which time (Unix seconds) the first graph without it ended. */
export interface Ghosts {
  readonly nodes: ReadonlyMap<string, Ghost<TopologyNode>>;
  readonly edges: ReadonlyMap<string, Ghost<TopologyEdge>>;
}

export interface Ghost<T> {
  readonly was: T;
  readonly left: number;
  /** Unix seconds of its last traffic. */
  readonly seen: number;
}

export const noGhosts: Ghosts = { nodes: new Map(), edges: new Map() };

/** Ghosts after the graph `before` became `after`: new ones join, those that came back or left long ago are forgotten. */
export function ghostsAfter(ghosts: Ghosts, before: Topology, after: Topology): Ghosts {
  const now = after.to;
  const edges = next(ghosts.edges, before.edges, after.edges, now, (edge) => ({ was: goneEdge(edge), left: now, seen: edge.lastSeen }));
  const seen = (id: string): number => Math.max(0, ...[...edges.values()].filter(({ was }) => was.source === id || was.destination === id).map((ghost) => ghost.seen)) || before.to;
  const nodes = next(ghosts.nodes, before.nodes, after.nodes, now, (node) => ({ was: goneNode(node, seen(node.id)), left: now, seen: seen(node.id) }));
  return edges === ghosts.edges && nodes === ghosts.nodes ? ghosts : { nodes, edges };
}

function next<T>(kept: ReadonlyMap<string, Ghost<T>>, before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>, now: number, ghostOf: (one: T) => Ghost<T>): ReadonlyMap<string, Ghost<T>> {
  const left = [...before].filter(([id]) => !after.has(id));
  const stay = [...kept].filter(([id, ghost]) => !after.has(id) && ghost.left + ghostSeconds > now);
  if (left.length === 0 && stay.length === kept.size) return kept;
  return new Map([...stay, ...left.slice(-mostGhosts).map(([id, one]): [string, Ghost<T>] => [id, ghostOf(one)])].slice(-mostGhosts));
}

const silent = { state: 'gone', rps: null, errorRatio: null, p50Ms: null, p90Ms: null, p99Ms: null } as const;

function goneNode(node: TopologyNode, seen: number): TopologyNode {
  return { ...node, ...silent, reason: `seen ${clock(seen, false)}` };
}

function goneEdge(edge: TopologyEdge): TopologyEdge {
  return { ...edge, ...silent, reason: `seen ${clock(edge.lastSeen, false)}`, bytesPerSecond: null, connectionsPerSecond: null, openConnections: null, mtlsShare: null };
}

/**
 * A graph with its ghosts. Where namespaces are drawn as cards, only those of opened namespaces: a card tells of services
 * that are there.
 */
export function withGhosts(graph: Topology, ghosts: Ghosts, opened: readonly string[]): Topology {
  if (ghosts.nodes.size + ghosts.edges.size === 0) return graph;
  const shown = (node: TopologyNode | undefined): boolean => node !== undefined && (graph.nodes.size <= collapseAbove || opened.includes(boxOf(node) ?? ''));
  const nodes = new Map(graph.nodes);
  for (const [id, { was }] of ghosts.nodes) if (!nodes.has(id) && shown(was)) nodes.set(id, was);
  const edges = new Map(graph.edges);
  for (const [id, { was }] of ghosts.edges) if (!edges.has(id) && shown(nodes.get(was.source)) && shown(nodes.get(was.destination))) edges.set(id, was);
  return { ...graph, nodes, edges };
}
