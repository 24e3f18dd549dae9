import type { ChangeState, Topology, TopologyEdge, TopologyNode } from '../graph/topology.ts';
import { cardText, fromTo, gravest, sizeOfChange } from './change-text.ts';
import type { Change, EdgeDelta, GraphDelta, NodeDelta, Verdict } from './decode-delta.ts';

/**
 * The later graph with what changed in place of health: same nodes, same places. What is gone is added again, so that its
 * loss is seen. A node came or went only with an edge that did: of one that the other window may have missed nobody knows.
 * @param part only the surroundings of one node are shown: of what is gone only what touches them
 */
export function comparedTopology(later: Topology, delta: GraphDelta, part: boolean): Topology {
  const edges = new Map<string, TopologyEdge>();
  const nodes = new Map<string, TopologyNode>();
  for (const [id, edge] of later.edges) {
    const change = delta.edges.get(id);
    const unchanged = delta.unchangedEdges.has(id);
    edges.set(id, { ...edge, state: change ? stateOf(change) : unchanged ? 'same' : 'undecided', reason: change ? reasonOf(change) : '', change: change ? largest(change) : unchanged ? 0 : null });
  }
  for (const [id, node] of later.nodes) {
    const change = delta.nodes.get(id);
    nodes.set(id, { ...node, state: change ? stateOf(change) : 'same', reason: change ? cardOf(change) : '', change: change ? largest(change) : 0 });
  }
  const gone = [...delta.edges.values()].filter((edge) => edge.presence === 'gone' && !edges.has(edge.id) && (!part || later.nodes.has(edge.source) || later.nodes.has(edge.destination)));
  for (const edge of gone) {
    for (const id of [edge.source, edge.destination]) {
      const node = nodes.has(id) ? undefined : delta.nodes.get(id);
      if (node) nodes.set(id, goneNode(node));
    }
    if (nodes.has(edge.source) && nodes.has(edge.destination)) edges.set(edge.id, { ...goneEdge(edge), state: stateOf(edge) });
  }
  const certain = new Set([...edges.values()].filter(({ state }) => state === 'added' || state === 'gone').flatMap(({ source, destination }) => [source, destination]));
  for (const [id, node] of nodes) if ((node.state === 'added' || node.state === 'gone') && !certain.has(id)) nodes.set(id, { ...node, state: 'undecided', change: null });
  return { ...later, nodes, edges };
}

/** How the verdict on an edge or a node is drawn. What one window alone has may have been missed by the other: then nobody knows. */
export function stateOf({ presence, verdict, failsAfter }: Pick<EdgeDelta, 'presence' | 'verdict' | 'failsAfter'>): ChangeState {
  if (verdict === 'unknown') return 'undecided';
  if (presence !== 'both') return presence;
  return verdict === 'worse' ? (failsAfter ? 'broken' : 'worse') : verdict;
}

function reasonOf(edge: EdgeDelta): string {
  const change = edge.presence === 'both' ? gravest(edge) : null;
  return change ? fromTo(change) : '';
}

/** What a card has room for: errors before everything else. */
function cardOf({ presence, signals }: NodeDelta): string {
  const change = signals.find(({ signal }) => signal === 'errorRatio') ?? signals[0];
  return presence === 'both' && change ? cardText(change) : '';
}

const decided: ReadonlySet<Verdict> = new Set(['worse', 'better', 'changed']);

/** Of an edge only what is beyond chance counts; numbers of nodes are not tested. What one window alone has changed as much as can be. */
function largest({ presence, verdict, signals }: { readonly presence: EdgeDelta['presence']; readonly verdict: Verdict; readonly signals: readonly (Change & { readonly verdict?: Verdict })[] }): number | null {
  if (verdict === 'unknown') return null;
  if (presence !== 'both') return Infinity;
  if (verdict === 'same') return 0;
  return Math.max(0, ...signals.filter((one) => one.verdict === undefined || decided.has(one.verdict)).map((one) => sizeOfChange(one) ?? 0));
}

const nothing = { change: Infinity, rps: null, errorRatio: null, p50Ms: null, p90Ms: null, p99Ms: null } as const;

function goneNode({ id, label, cluster, namespace, kind, name }: NodeDelta): TopologyNode {
  return { id, label, cluster, namespace, kind, name, app: '', version: '', state: 'gone', reason: '', ...nothing, isRoot: false, isOutsideMesh: false };
}

function goneEdge({ id, source, destination, signals }: EdgeDelta): TopologyEdge {
  const protocol = signals.some(({ signal }) => signal === 'requests') ? 'http' : 'tcp';
  return { id, source, destination, protocol, state: 'gone', reason: '', ...nothing, bytesPerSecond: null, connectionsPerSecond: null, openConnections: null, mtlsShare: null, confidence: 0, lastSeen: 0 };
}
