import { describe, expect, it } from 'vitest';
import type { EdgeDelta, GraphDelta } from '../../graphql/compare.ts';
import type { Topology, TopologyEdge, TopologyNode } from '../graph/topology.ts';
import { changeText } from './change-text.ts';
import { comparedTopology } from './compared-topology.ts';
import { around, earlierWindow } from './windows.ts';

const node = (id: string): TopologyNode => ({ id, label: id, cluster: 'c', namespace: 'shop', kind: 'workload', name: id, app: id, version: '', state: 'healthy', reason: '', rps: 1, errorRatio: 0, p50Ms: 1, p90Ms: 1, p99Ms: 1, isRoot: false, isOutsideMesh: false });
const edge = (source: string, destination: string): TopologyEdge => ({
  id: `${source}-${destination}`, source, destination, protocol: 'http', state: 'failing', reason: '50 % 5xx', rps: 1, errorRatio: 0.5, p50Ms: 1, p90Ms: 1, p99Ms: 1,
  bytesPerSecond: 1, connectionsPerSecond: 1, openConnections: 1, mtlsShare: 1, confidence: 1, lastSeen: 0,
});
const later: Topology = {
  version: '1', type: 'workload', from: 0, to: 300, step: 10, coveredSeconds: 300, settled: true, quality: { unattributed: 0, unresolved: 0, unnamedEdges: 0, partial: [] },
  nodes: new Map(['web', 'cart', 'new'].map((id) => [id, node(id)])), edges: new Map([edge('web', 'cart'), edge('web', 'new'), edge('cart', 'web')].map((one) => [one.id, one])),
};
const errors = { signal: 'errorRatio', before: 0, after: 0.124, relative: null, qValue: 0.001, verdict: 'worse', reason: '' } as const;
const delta = (edges: readonly EdgeDelta[]): GraphDelta => ({
  before: { from: -300, to: 0 }, after: { from: 0, to: 300 }, falseDiscoveryRate: 0.05, edges, unchangedEdges: ['cart-web'], undecidedEdges: [], partial: [],
  nodes: [{ id: 'old', presence: 'gone', label: 'old', verdict: 'changed', entity: { cluster: 'c', namespace: 'shop', kind: 'workload', name: 'old', app: 'old', version: '' } }, { id: 'new', presence: 'added', label: 'new', verdict: 'changed', entity: { cluster: 'c', namespace: 'shop', kind: 'workload', name: 'new', app: 'new', version: '' } }],
});

describe('a compared graph', () => {
  const { topology, edges } = comparedTopology(later, delta([
    { id: 'web-cart', source: 'web', destination: 'cart', presence: 'both', verdict: 'worse', signals: [errors] },
    { id: 'web-new', source: 'web', destination: 'new', presence: 'added', verdict: 'changed', signals: [] },
    { id: 'web-old', source: 'web', destination: 'old', presence: 'gone', verdict: 'changed', signals: [] },
    { id: 'x-y', source: 'x', destination: 'y', presence: 'gone', verdict: 'changed', signals: [] },
  ]));

  it('says what changed in place of how well it is', () => {
    expect([...edges]).toEqual([['web-cart', 'worse'], ['web-new', 'added'], ['cart-web', 'same'], ['web-old', 'gone']]);
    expect([...topology.edges.values()].map(({ id, state, reason }) => [id, state, reason.replace(/\s/g, ' ')])).toEqual([
      ['web-cart', 'failing', 'errors 0 % → 12.4 %'], ['web-new', 'healthy', 'new'], ['cart-web', 'idle', ''], ['web-old', 'unknown', 'gone'],
    ]);
  });
  it('says of no edge that it did not change unless the answer does', () => {
    const silent = comparedTopology(later, { ...delta([]), unchangedEdges: [] });
    expect([...silent.edges.values()]).toEqual(['unknown', 'unknown', 'unknown']);
  });
  it('draws again what is gone, and leaves the rest of the nodes as they are', () => {
    expect([...topology.nodes.values()].map(({ id, state, reason }) => [id, state, reason])).toEqual([['web', 'idle', ''], ['cart', 'idle', ''], ['new', 'healthy', 'new'], ['old', 'unknown', 'gone']]);
  });
});

describe('windows to compare', () => {
  it('are of one length', () => {
    expect([earlierWindow({ from: 600, to: 900 }, null), earlierWindow({ from: 90_000, to: 90_300 }, 86_400)]).toEqual([{ from: 300, to: 600 }, { from: 3_600, to: 3_900 }]);
  });
  it('meet at a moment, and end by now', () => {
    expect(around(1_005, 300, 1_100)).toEqual({ before: { from: 700, to: 1_000 }, after: { from: 1_000, to: 1_100 } });
  });
});

it('tells a change in the units of its signal', () => {
  expect(changeText({ ...errors, signal: 'p99', before: 12, after: 310 }).replace(/\s/g, ' ')).toBe('p99 12 ms → 310 ms');
});
