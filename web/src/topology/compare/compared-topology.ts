import type { EdgeDelta, GraphDelta, NodeDelta, Verdict } from '../../graphql/compare.ts';
import type { HealthState, Topology, TopologyEdge, TopologyNode } from '../graph/topology.ts';
import { changeText } from './change-text.ts';

/** What a comparison says of an edge or a node; each is drawn in the manner of a state of health. */
export const tones = ['worse', 'changed', 'better', 'added', 'gone', 'same', 'unknown'] as const;
export type Tone = (typeof tones)[number];

/** Hue, dash and glyph by tone: worse and better in the hues of health, what did not change as quiet as what is idle. */
export const stateOfTone: Readonly<Record<Tone, HealthState>> = { worse: 'failing', changed: 'degraded', better: 'healthy', added: 'healthy', gone: 'unknown', same: 'idle', unknown: 'idle' };

/** Word of each tone. */
export const toneWords: Readonly<Record<Tone, string>> = { worse: 'Worse', changed: 'Changed', better: 'Better', added: 'New', gone: 'Gone', same: 'Unchanged', unknown: 'Too little data' };

/** A topology that shows what changed in place of how well it is, and what of it is what. */
export interface ComparedTopology {
  readonly topology: Topology;
  readonly edges: ReadonlyMap<string, Tone>;
}

/**
 * The later graph with what changed put in place of health: same nodes, same places; what is gone is added again, so that
 * its loss is seen.
 */
export function comparedTopology(later: Topology, delta: GraphDelta): ComparedTopology {
  const changes = new Map(delta.edges.map((edge) => [edge.id, edge]));
  const unchanged = new Set(delta.unchangedEdges);
  const nodeChanges = new Map(delta.nodes.map((node) => [node.id, node]));
  const tonesOf = new Map<string, Tone>();
  const edges = new Map<string, TopologyEdge>();
  const nodes = new Map<string, TopologyNode>();
  for (const [id, edge] of later.edges) {
    const change = changes.get(id), tone = change ? toneOf(change) : unchanged.has(id) ? 'same' : 'unknown';
    tonesOf.set(id, tone);
    edges.set(id, { ...edge, state: stateOfTone[tone], reason: change ? reasonOf(change, tone) : '' });
  }
  for (const [id, node] of later.nodes) {
    const change = nodeChanges.get(id), tone = change ? toneOf(change) : 'same';
    nodes.set(id, { ...node, state: stateOfTone[tone], reason: tone === 'added' ? 'new' : '' });
  }
  for (const node of delta.nodes) if (node.presence === 'gone' && !nodes.has(node.id)) nodes.set(node.id, goneNode(node));
  for (const edge of delta.edges) {
    if (edge.presence !== 'gone' || edges.has(edge.id) || !nodes.has(edge.source) || !nodes.has(edge.destination)) continue;
    tonesOf.set(edge.id, 'gone');
    edges.set(edge.id, goneEdge(edge));
  }
  return { topology: { ...later, nodes, edges }, edges: tonesOf };
}

export function toneOf({ presence, verdict }: { readonly presence: string; readonly verdict: Verdict }): Tone {
  return presence === 'added' ? 'added' : presence === 'gone' ? 'gone' : verdict;
}

function reasonOf(edge: EdgeDelta, tone: Tone): string {
  if (tone === 'added') return 'new';
  const gravest = edge.signals.find(({ verdict }) => verdict === edge.verdict) ?? edge.signals[0];
  return gravest ? changeText(gravest) : '';
}

const nothing = { rps: null, errorRatio: null, p50Ms: null, p90Ms: null, p99Ms: null } as const;

function goneNode({ id, label, entity }: NodeDelta): TopologyNode {
  const { cluster, namespace, kind, name, app, version } = entity;
  return { id, label, cluster, namespace, kind, name, app, version, state: stateOfTone.gone, reason: 'gone', ...nothing, isRoot: false, isOutsideMesh: false };
}

function goneEdge({ id, source, destination, signals }: EdgeDelta): TopologyEdge {
  const protocol = signals.some(({ signal }) => signal === 'requests') ? 'http' : 'tcp';
  return { id, source, destination, protocol, state: stateOfTone.gone, reason: 'gone', ...nothing, bytesPerSecond: null, connectionsPerSecond: null, openConnections: null, mtlsShare: null, confidence: 0, lastSeen: 0 };
}
