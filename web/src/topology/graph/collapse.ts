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
  /** The edges of the graph that it stands for. */
  readonly members: readonly TopologyEdge[];
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
  const sums = new Map<string, Sum>();
  for (const edge of shown.edges) {
    const [from, to] = [cardOf.get(edge.source), cardOf.get(edge.destination)];
    const source = from ?? (kept.has(edge.source) ? edge.source : null);
    const destination = to ?? (kept.has(edge.destination) ? edge.destination : null);
    if (source === null || destination === null || source === destination) continue;
    if (from === undefined && to === undefined) {
      singles.push(edge);
      continue;
    }
    const id = `sum ${source} ${destination}`;
    const sum = sums.get(id);
    if (!sum) sums.set(id, { id, source, destination, rps: edge.rps, state: edge.state, edge: null, members: [edge] });
    else {
      sum.members.push(edge);
      if (edge.rps !== null) sum.rps = (sum.rps ?? 0) + edge.rps;
      if (gravity[edge.state] < gravity[sum.state]) sum.state = edge.state;
    }
  }
  const summed: readonly DrawnEdge[] = [...sums.values()];
  const drawnSums = busiest(summed, mostSums, drawn);
  const drawnSingles = busiest(singles, mostEdges, drawn);
  const notices = [
    kept.size < nodes.length ? `${kept.size} of ${nodes.length} opened services are drawn` : '',
    drawnSums.length < summed.length ? `${drawnSums.length} of ${summed.length} lines are drawn, the busiest and all that are unhealthy` : '',
    drawnSingles.length < singles.length ? `${drawnSingles.length} of ${singles.length} edges are drawn` : '',
  ].filter((text) => text !== '');
  return { nodes: nodes.filter((node) => kept.has(node.id)), namespaces, edges: [...drawnSingles.map(single), ...drawnSums], collapsed: true, notice: notices.join('; ') };
}

/** Boxes with unhealthy services. */
export interface WorstBoxes {
  /** Those to open at once, worst first: no more than can be read. */
  readonly keys: readonly string[];
  /** How many there are. */
  readonly of: number;
}

/** The boxes with the most failing, then the most degraded services, as many as hold 150 services together, one at least. */
export function worstBoxes(nodes: readonly TopologyNode[]): WorstBoxes {
  const boxes = [...Map.groupBy(nodes, boxOf)].flatMap(([key, members]) => {
    const { failing, degraded } = countStates(members);
    return key === null || failing + degraded === 0 ? [] : [{ key, services: members.length, failing, degraded }];
  }).sort((a, b) => b.failing - a.failing || b.degraded - a.degraded || compare(a.key, b.key));
  const keys: string[] = [];
  let opened = 0;
  for (const { key, services } of boxes) {
    if (keys.length > 0 && opened + services > collapseAbove) continue;
    keys.push(key);
    opened += services;
  }
  return { keys, of: boxes.length };
}

const outside = '/outside';

/** Id of a namespace's card among the ids of nodes. */
export function namespaceId(key: string): string {
  return `namespace ${key}`;
}

function single(edge: TopologyEdge): DrawnEdge {
  return { id: edge.id, source: edge.source, destination: edge.destination, state: edge.state, rps: edge.rps, edge, members: [edge] };
}

/** A line that edges are added to, one after the other. */
type Sum = { -readonly [K in Exclude<keyof DrawnEdge, 'members'>]: DrawnEdge[K] } & { readonly members: TopologyEdge[] };

/** Place among states, the worst first. */
const gravity = Object.fromEntries(states.map((state, i) => [state, i])) as Readonly<Record<State, number>>;

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
  const weighed = items.map((item) => ({ item, trouble: trouble(item), weight: (item.rps ?? -1) * (item.rps !== null && drawn.has(item.id) ? busier : 1) }));
  const best = new Set(weighed.sort((a, b) => b.trouble - a.trouble || b.weight - a.weight || compare(a.item.id, b.item.id)).slice(0, most).map(({ item }) => item));
  return items.filter((item) => best.has(item));
}
