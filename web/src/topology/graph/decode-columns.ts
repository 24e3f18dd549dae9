import type { EdgeColumns, GraphColumns, GraphDiff, NodeColumns } from '../../graphql/graph-columns.ts';
import { legible, legibleName } from '../../lib/format.ts';
import type { HealthState, Topology, TopologyEdge, TopologyNode } from './topology.ts';

const flag = { root: 1, idle: 2, outsideMesh: 4 } as const;

/** Kiali's statuses as the console words them; `Not Ready` is a workload scaled to nothing. */
const stateOfHealth: Readonly<Record<string, HealthState>> = { Failure: 'failing', Degraded: 'degraded', Healthy: 'healthy', NotReady: 'idle', NA: 'unknown' };

/** Columns as rows by id. Edges whose ends are missing are left out: they could not be drawn. */
export function decodeColumns(columns: GraphColumns): Topology {
  const nodes = new Map<string, TopologyNode>();
  const ids = columns.nodes.id;
  for (let i = 0; i < ids.length; i++) nodes.set(ids[i]!, nodeAt(columns.nodes, columns.strings, i));
  const edges = new Map<string, TopologyEdge>();
  for (let i = 0; i < columns.edges.id.length; i++) {
    const edge = edgeAt(columns.edges, columns.strings, ids, i);
    if (edge) edges.set(edge.id, edge);
  }
  const { version, type, from, to, step, coveredSeconds, settled, quality } = columns;
  return { version, type, from, to, step, coveredSeconds, settled, quality, nodes, edges };
}

/**
 * The graph after a diff. A whole message (`base` '') replaces everything.
 * @returns null where the diff belongs to another base: the caller has missed one and must subscribe anew.
 */
export function applyDiff(current: Topology | null, diff: GraphDiff): Topology | null {
  if (diff.base === '') return diff.changed ? decodeColumns(diff.changed) : null;
  if (!current || current.version !== diff.base) return null;
  const changed = diff.changed ? decodeColumns(diff.changed) : null;
  const nodes = new Map(current.nodes);
  const edges = new Map(current.edges);
  for (const id of diff.removedEdges) edges.delete(id);
  for (const id of diff.removedNodes) nodes.delete(id);
  for (const [id, node] of changed?.nodes ?? []) if (!sameRow(nodes.get(id), node)) nodes.set(id, node);
  for (const [id, edge] of changed?.edges ?? []) if (!sameRow(edges.get(id), edge)) edges.set(id, edge);
  const { version, from, to, coveredSeconds } = diff;
  return {
    version, from, to, coveredSeconds, nodes, edges,
    type: current.type,
    step: changed?.step ?? current.step,
    settled: changed?.settled ?? current.settled,
    quality: changed?.quality ?? current.quality,
  };
}

function sameRow<T extends object>(a: T | undefined, b: T): boolean {
  if (!a) return false;
  for (const key of Object.keys(b) as (keyof T)[]) if (a[key] !== b[key]) return false;
  return true;
}

function stateOf(health: string, flags: number): HealthState {
  return (flags & flag.idle) !== 0 ? 'idle' : stateOfHealth[health] ?? 'unknown';
}

function nodeAt(c: NodeColumns, strings: readonly string[], i: number): TopologyNode {
  const flags = c.flags[i] ?? 0;
  const text = (column: readonly number[]): string => legible(strings[column[i] ?? -1] ?? '');
  return {
    id: c.id[i]!,
    label: legibleName(c.label[i] ?? ''),
    cluster: text(c.cluster),
    namespace: text(c.namespace),
    kind: text(c.kind),
    name: legible(c.name[i] ?? ''),
    app: text(c.app),
    version: text(c.versionLabel),
    state: stateOf(text(c.health), flags),
    reason: c.healthReason[i] ?? '',
    rps: c.rps[i] ?? null,
    errorRatio: c.errorRatio[i] ?? null,
    p50Ms: c.p50Ms[i] ?? null,
    p90Ms: c.p90Ms[i] ?? null,
    p99Ms: c.p99Ms[i] ?? null,
    isRoot: (flags & flag.root) !== 0,
    isOutsideMesh: (flags & flag.outsideMesh) !== 0,
    change: null,
  };
}

function edgeAt(c: EdgeColumns, strings: readonly string[], nodeIds: readonly string[], i: number): TopologyEdge | null {
  const source = nodeIds[c.source[i] ?? -1];
  const destination = nodeIds[c.destination[i] ?? -1];
  if (source === undefined || destination === undefined) return null;
  return {
    id: c.id[i]!,
    source,
    destination,
    protocol: strings[c.protocol[i] ?? -1] ?? '',
    state: stateOf(strings[c.health[i] ?? -1] ?? '', c.flags[i] ?? 0),
    reason: c.healthReason[i] ?? '',
    rps: c.rps[i] ?? null,
    errorRatio: c.errorRatio[i] ?? null,
    p50Ms: c.p50Ms[i] ?? null,
    p90Ms: c.p90Ms[i] ?? null,
    p99Ms: c.p99Ms[i] ?? null,
    bytesPerSecond: c.bytesPerSecond[i] ?? null,
    connectionsPerSecond: c.connectionsPerSecond[i] ?? null,
    openConnections: c.openConnections[i] ?? null,
    mtlsShare: c.mtlsShare[i] ?? null,
    confidence: c.confidence[i] ?? 0,
    lastSeen: c.lastSeen[i] ?? 0,
    change: null,
  };
}
