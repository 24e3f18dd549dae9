import type { Topology, TopologyEdge, TopologyNode } from '../graph/topology.ts';

/** A healthy workload of namespace `shop`, but for what is given. Its id is its name. */
export function node(name: string, given: Partial<TopologyNode> = {}): TopologyNode {
  return {
    id: name, label: name, cluster: 'c1', namespace: 'shop', kind: 'workload', name, app: name, version: 'v1', state: 'healthy', reason: '',
    rps: null, errorRatio: null, p50Ms: null, p90Ms: null, p99Ms: null, isRoot: false, isOutsideMesh: false, change: null, ...given,
  };
}

/** A healthy HTTP edge with mutual TLS, but for what is given. Its id is `source>destination`. */
export function edge(source: string, destination: string, given: Partial<TopologyEdge> = {}): TopologyEdge {
  return {
    id: `${source}>${destination}`, source, destination, protocol: 'http', state: 'healthy', reason: '', rps: 10, errorRatio: 0, p50Ms: 1, p90Ms: 5, p99Ms: 20,
    bytesPerSecond: null, connectionsPerSecond: null, openConnections: null, mtlsShare: 1, confidence: 1, lastSeen: 0, change: null, ...given,
  };
}

export function graphOf(nodes: readonly TopologyNode[], edges: readonly TopologyEdge[]): Topology {
  return {
    version: 'v1', type: 'workload', from: 0, to: 300, step: 10, coveredSeconds: 300, settled: true, quality: { unattributed: 0, unresolved: 0, unnamedEdges: 0, partial: [] },
    nodes: new Map(nodes.map((one) => [one.id, one])), edges: new Map(edges.map((one) => [one.id, one])),
  };
}
