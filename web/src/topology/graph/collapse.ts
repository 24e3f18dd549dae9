import { compare } from '../layout/assign-columns.ts';
import type { Shown } from './filter.ts';
import { countStates } from './filter.ts';
import { states, type State, type TopologyEdge, type TopologyNode } from './topology.ts';

/** A namespace drawn as one card. */
export interface NamespaceCard {
  readonly key: string;
  readonly name: string;
  readonly services: number;
  readonly state: State;
  readonly counts: Readonly<Record<State, number>>;
}

/** An edge of the drawing: one edge of the graph, or the sum of those between two cards. */
export interface DrawnEdge {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly state: State;
  readonly rps: number | null;
  /** null for a sum. */
  readonly edge: TopologyEdge | null;
}

export interface Drawing {
  readonly nodes: readonly TopologyNode[];
  readonly namespaces: readonly NamespaceCard[];
  readonly edges: readonly DrawnEdge[];
  /** True where namespaces are drawn as cards. */
  readonly collapsed: boolean;
  /** What is not drawn, in words; '' if everything is. */
  readonly notice: string;
}

/** Above this many nodes namespaces are drawn as cards. */
export const collapseAbove = 150;
const mostNodes = 1_000;
const mostEdges = 4_000;
const mostSums = 160;

/** Key of the box a node is drawn in, null for what belongs to no namespace. */
export function boxOf(node: Pick<TopologyNode, 'cluster' | 'namespace'>): string | null {
  return node.namespace === '' ? null : `${node.cluster}/${node.namespace}`;
}

/** Name of a box without its cluster. */
export function boxName(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

/**
 * What to draw of a graph. Up to 150 nodes (gone ones aside): everything. Above: each namespace that is not `expanded` as one card, edges
 * between cards summed. Never more than 1,000 nodes and 4,000 edges: unhealthy ones and the busiest are kept. What was
 * drawn `before` stays until something else is twice as busy: traffic that wavers makes no lines come and go.
 */
export function drawingOf(shown: Shown, expanded: readonly string[], before: Drawing | null = null): Drawing {
  if (shown.nodes.filter((node) => node.state !== 'gone').length <= collapseAbove) return { nodes: shown.nodes, namespaces: [], edges: shown.edges.map(single), collapsed: false, notice: '' };
  const open = new Set(expanded);
  const nodes = shown.nodes.filter((node) => open.has(boxOf(node) ?? ''));
  const drawn = new Set([...(before?.nodes ?? []), ...(before?.edges ?? [])].map((one) => one.id));
  const kept = new Set(busiest(nodes, mostNodes, drawn).map((node) => node.id));
  const closed = Map.groupBy(shown.nodes.filter((node) => !open.has(boxOf(node) ?? '')), (node) => boxOf(node) ?? outside);
  const cardOf = new Map<string, string>();
  const namespaces: NamespaceCard[] = [];
  for (const [key, members] of [...closed].sort(([a], [b]) => compare(a, b))) {
    const counts = countStates(members);
    namespaces.push({ key, name: key === outside ? 'outside' : boxName(key), services: members.length, counts, state: worstOf(members.map((node) => node.state)) });
    for (const node of members) cardOf.set(node.id, namespaceId(key));
  }
  const singles: TopologyEdge[] = [];
  const sums = new Map<string, { source: string; destination: string; rps: number | null; state: State }>();
  for (const edge of shown.edges) {
    const source = cardOf.get(edge.source) ?? (kept.has(edge.source) ? edge.source : null);
    const destination = cardOf.get(edge.destination) ?? (kept.has(edge.destination) ? edge.destination : null);
    if (source === null || destination === null || source === destination) continue;
    if (!cardOf.has(edge.source) && !cardOf.has(edge.destination)) {
      singles.push(edge);
      continue;
    }
    const id = `sum ${source} ${destination}`;
    const sum = sums.get(id);
    if (!sum) sums.set(id, { source, destination, rps: edge.rps, state: edge.state });
    else sums.set(id, { ...sum, rps: edge.rps === null ? sum.rps : (sum.rps ?? 0) + edge.rps, state: worstOf([sum.state, edge.state]) });
  }
  const summed: DrawnEdge[] = [...sums].map(([id, sum]) => ({ id, ...sum, edge: null }));
  const drawnSums = busiest(summed, mostSums, drawn);
  const drawnSingles = busiest(singles, mostEdges, drawn);
  const notices = [
    kept.size < nodes.length ? `${kept.size} of ${nodes.length} opened services are drawn` : '',
    drawnSums.length < summed.length ? `${drawnSums.length} of ${summed.length} lines are drawn, the busiest and all that are unhealthy` : '',
    drawnSingles.length < singles.length ? `${drawnSingles.length} of ${singles.length} edges are drawn` : '',
  ].filter((text) => text !== '');
  return { nodes: nodes.filter((node) => kept.has(node.id)), namespaces, edges: [...drawnSingles.map(single), ...drawnSums], collapsed: true, notice: notices.join('; ') };
}

const outside = '/outside';

/** Id of a namespace's card among the ids of nodes. */
export function namespaceId(key: string): string {
  return `namespace ${key}`;
}

function single(edge: TopologyEdge): DrawnEdge {
  return { id: edge.id, source: edge.source, destination: edge.destination, state: edge.state, rps: edge.rps, edge };
}

/** The worst of states; idle and unknown members do not make a namespace bad. */
export function worstOf(among: readonly State[]): State {
  return states.find((state) => among.includes(state)) ?? 'unknown';
}

const grave: ReadonlySet<State> = new Set(['failing', 'broken']);
const troubled: ReadonlySet<State> = new Set(['degraded', 'worse', 'added', 'gone']);

/** How much busier something has to be than what is drawn to take its place. */
const busier = 2;

/** Unhealthy ones first, then by requests per second; in the order given, which does not waver. */
function busiest<T extends { readonly id: string; readonly state: State; readonly rps: number | null }>(items: readonly T[], most: number, drawn: ReadonlySet<string>): readonly T[] {
  if (items.length <= most) return items;
  const trouble = (item: T): number => (grave.has(item.state) ? 2 : troubled.has(item.state) ? 1 : 0);
  const weight = ({ id, rps }: T): number => (rps ?? -1) * (drawn.has(id) && rps !== null ? busier : 1);
  const best = new Set([...items].sort((a, b) => trouble(b) - trouble(a) || weight(b) - weight(a) || compare(a.id, b.id)).slice(0, most));
  return items.filter((item) => best.has(item));
}
