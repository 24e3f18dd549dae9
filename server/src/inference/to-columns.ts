import { edgeAdditionColumns, nodeAdditionColumns } from './appenders/addition-columns.ts';
import { ContentHash } from './content-hash.ts';
import type { GraphColumns } from './graph-columns.ts';
import type { GraphEdge, GraphNode, ServiceGraph } from './graph.ts';
import { round4, roundShare } from './round.ts';

type Column = readonly (string | number | null)[];

const nodeFlag = { root: 1, idle: 2, outsideMesh: 4 } as const;
const edgeFlag = { idle: 2 } as const;

/** The graph as columns. `version` is a hash of nodes, edges and quality alone: a window that moved over the same data is the same version. */
export function toColumns(graph: ServiceGraph): GraphColumns {
  const strings = new StringTable();
  const indexOf = new Map<string, number>();
  graph.nodes.forEach((node, i) => indexOf.set(node.id, i));
  const nodes = nodeColumns(graph.nodes, strings);
  const edges = edgeColumns(graph.edges, strings, (id) => indexOf.get(id) ?? 0);
  const { type, window, coveredSeconds, settled, quality } = graph;
  return { version: versionOf(strings.list, nodes, edges, quality), type, ...window, coveredSeconds, settled, strings: strings.list, nodes, edges, quality };
}

/** Columns of nodes, their texts put into `strings`. */
export function nodeColumns(nodes: readonly GraphNode[], strings: StringTable): GraphColumns['nodes'] {
  return {
    id: nodes.map((n) => n.id),
    label: nodes.map((n) => n.label),
    cluster: nodes.map((n) => strings.index(n.entity.cluster)),
    namespace: nodes.map((n) => strings.index(n.entity.namespace)),
    kind: nodes.map((n) => strings.index(n.entity.kind)),
    name: nodes.map((n) => n.entity.name),
    app: nodes.map((n) => strings.index(n.entity.app)),
    versionLabel: nodes.map((n) => strings.index(n.entity.version)),
    health: nodes.map((n) => strings.index(n.health)),
    healthReason: nodes.map((n) => n.healthReason),
    rps: nodes.map((n) => round4(n.signals.requestsPerSecond)),
    errorRatio: nodes.map((n) => roundShare(n.signals.errorRatio)),
    p50Ms: nodes.map((n) => round4(n.signals.p50Ms)),
    p90Ms: nodes.map((n) => round4(n.signals.p90Ms)),
    p99Ms: nodes.map((n) => round4(n.signals.p99Ms)),
    flags: nodes.map((n) => (n.isRoot ? nodeFlag.root : 0) | (n.isIdle ? nodeFlag.idle : 0) | (n.isOutsideMesh ? nodeFlag.outsideMesh : 0) | (n.badges ?? 0)),
    ...nodeAdditionColumns(nodes),
  };
}

function edgeColumns(edges: readonly GraphEdge[], strings: StringTable, nodeIndex: (id: string) => number): GraphColumns['edges'] {
  return {
    id: edges.map((e) => e.id),
    source: edges.map((e) => nodeIndex(e.source)),
    destination: edges.map((e) => nodeIndex(e.destination)),
    protocol: edges.map((e) => strings.index(e.protocols[0] ?? '')),
    health: edges.map((e) => strings.index(e.health)),
    healthReason: edges.map((e) => e.healthReason),
    rps: edges.map((e) => round4(e.signals.requestsPerSecond)),
    errorRatio: edges.map((e) => roundShare(e.signals.errorRatio)),
    p50Ms: edges.map((e) => round4(e.signals.p50Ms)),
    p90Ms: edges.map((e) => round4(e.signals.p90Ms)),
    p99Ms: edges.map((e) => round4(e.signals.p99Ms)),
    bytesPerSecond: edges.map((e) => round4(sumOfRates(e.signals.bytesSentPerSecond, e.signals.bytesReceivedPerSecond))),
    connectionsPerSecond: edges.map((e) => round4(e.signals.connectionsPerSecond)),
    openConnections: edges.map((e) => round4(e.signals.openConnections)),
    mtlsShare: edges.map((e) => round4(e.mtlsShare)),
    confidence: edges.map((e) => round4(e.confidence) ?? 0),
    lastSeen: edges.map((e) => e.lastSeen),
    flags: edges.map((e) => (e.isIdle ? edgeFlag.idle : 0)),
    ...edgeAdditionColumns(edges),
  };
}

/** Of two rates what is measured; null where neither is. */
function sumOfRates(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

/** Repeated texts, each once, in the order of their first use. */
export class StringTable {
  readonly list: string[] = [];
  readonly #indexes = new Map<string, number>();

  index(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    this.#indexes.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

/** Names what the columns say. */
export function versionOf(strings: readonly string[], nodes: GraphColumns['nodes'], edges: GraphColumns['edges'], quality: GraphColumns['quality']): string {
  const hash = new ContentHash();
  for (const text of strings) hash.text(text);
  for (const column of [...Object.values(nodes), ...Object.values(edges)] as readonly Column[]) hash.text(hashOf(column));
  hash.text(JSON.stringify(quality));
  return hash.digest();
}

const hashes = new WeakMap<Column, string>();

/** A column stays the same list for as long as nothing in it changes. */
function hashOf(column: Column): string {
  let known = hashes.get(column);
  if (known === undefined) {
    const hash = new ContentHash();
    hash.list(column);
    hashes.set(column, (known = hash.digest()));
  }
  return known;
}
