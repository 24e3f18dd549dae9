import type { GraphColumns, GraphDiff } from '@orrery/server/inference/graph-columns';
import type { FixtureEdge, FixtureMesh, FixtureNode } from './fixture-mesh.ts';

/** Columns of a made-up mesh at a time (Unix seconds); `wave` moves the rates a little, as traffic does. */
export function fixtureColumns(mesh: FixtureMesh, now: number, wave: number): GraphColumns {
  const strings: string[] = [];
  const places = new Map<string, number>();
  const at = (text: string): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, strings.length);
    return strings.push(text) - 1;
  };
  const nodes = [...mesh.nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const indexOf = new Map(nodes.map((node, i) => [node.name, i]));
  const edges = [...mesh.edges].sort((a, b) => (edgeId(a) < edgeId(b) ? -1 : 1));
  const moved = (value: number | null, key: string): number | null => (value === null ? null : Number((value * (1 + 0.04 * Math.sin(wave + key.length))).toPrecision(4)));
  const [called, calling] = [Map.groupBy(edges, (edge) => edge.destination), Map.groupBy(edges, (edge) => edge.source)];
  const inbound = (node: FixtureNode): number | null => {
    const rates = (called.get(node.name) ?? calling.get(node.name) ?? []).map((edge) => edge.rps).filter((rps) => rps !== null);
    return rates.length === 0 ? null : rates.reduce((sum, rps) => sum + rps, 0);
  };
  return {
    version: `v${wave}`, type: 'workload', from: now - 300, to: now, step: 10, coveredSeconds: 300, settled: false, strings,
    nodes: {
      id: nodes.map((node) => node.name), label: nodes.map((node) => node.name),
      cluster: nodes.map(() => at('prod-eu-1')), namespace: nodes.map((node) => at(node.namespace)), kind: nodes.map((node) => at(node.kind)),
      name: nodes.map((node) => node.name), app: nodes.map((node) => at(node.name)), versionLabel: nodes.map(() => at('v1')),
      health: nodes.map((node) => at(node.health)), healthReason: nodes.map((node) => node.reason),
      rps: nodes.map((node) => moved(inbound(node), node.name)), errorRatio: nodes.map((node) => (node.reason === '' ? 0 : Number.parseFloat(node.reason) / 100)),
      p50Ms: nodes.map(() => 12), p90Ms: nodes.map(() => 80), p99Ms: nodes.map((node) => moved(node.kind === 'database' ? null : 140, node.name)),
      flags: nodes.map((node) => (called.has(node.name) ? 0 : 1) + (node.idle ? 2 : 0) + (node.kind === 'external' ? 4 : 0)),
    },
    edges: {
      id: edges.map(edgeId), source: edges.map((edge) => indexOf.get(edge.source)!), destination: edges.map((edge) => indexOf.get(edge.destination)!),
      protocol: edges.map((edge) => at(edge.protocol)), health: edges.map((edge) => at(edge.health)), healthReason: edges.map((edge) => edge.reason),
      rps: edges.map((edge) => moved(edge.rps, edge.source)), errorRatio: edges.map((edge) => edge.errorRatio),
      p50Ms: edges.map((edge) => (edge.p99Ms === null ? null : Number((edge.p99Ms / 8).toPrecision(4)))), p90Ms: edges.map((edge) => (edge.p99Ms === null ? null : Number((edge.p99Ms / 2).toPrecision(4)))), p99Ms: edges.map((edge) => edge.p99Ms),
      bytesPerSecond: edges.map((edge) => (edge.protocol === 'tcp' ? 48_000 : edge.rps === null ? null : edge.rps * 900)), connectionsPerSecond: edges.map((edge) => (edge.protocol === 'tcp' ? 2 : null)),
      openConnections: edges.map(() => null), mtlsShare: edges.map((edge) => edge.mtls), confidence: edges.map(() => 0.97), lastSeen: edges.map(() => now - 4),
      flags: edges.map((edge) => (edge.idle ? 2 : 0)),
    },
    quality: { unattributed: 0, unresolved: 0, unnamedEdges: 0, partial: [] },
  };
}

export function edgeId(edge: FixtureEdge): string {
  return `${edge.source}~${edge.destination}`;
}

/** A whole message of a subscription. */
export function wholeDiff(columns: GraphColumns): GraphDiff {
  return { version: columns.version, base: '', from: columns.from, to: columns.to, coveredSeconds: columns.coveredSeconds, changed: columns, removedNodes: [], removedEdges: [] };
}

/** A later message of a subscription to the same mesh: one edge in a hundred has changed, with its ends. */
export function partDiff(base: string, columns: GraphColumns, wave: number): GraphDiff {
  const edges = columns.edges.id.map((_, i) => i).filter((i) => i % 100 === wave % 100);
  const ends = [...new Set(edges.flatMap((i) => [columns.edges.source[i]!, columns.edges.destination[i]!]))];
  const place = new Map(ends.map((at, i) => [at, i]));
  const kept = rowsOf(columns.edges, edges);
  const changed = { ...columns, nodes: rowsOf(columns.nodes, ends), edges: { ...kept, source: kept.source.map((at) => place.get(at)!), destination: kept.destination.map((at) => place.get(at)!) } };
  return { version: columns.version, base, from: columns.from, to: columns.to, coveredSeconds: columns.coveredSeconds, changed, removedNodes: [], removedEdges: [] };
}

function rowsOf<T extends object>(columns: T, rows: readonly number[]): T {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, rows.map((i) => (column as readonly unknown[])[i])])) as T;
}
