import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphColumns, GraphDiff } from '../../graphql/graph-columns.ts';
import { applyDiff, decodeColumns } from './decode-columns.ts';
import type { Topology } from './topology.ts';

interface Small { readonly nodes: Readonly<Record<string, { rps: number | null; health: string; namespace: string }>>; readonly edges: readonly { from: string; to: string; rps: number; mtls: number | null }[] }

/** Columns written the plain way: the tests' own encoder. */
function encode(small: Small, version: string): GraphColumns {
  const strings = [...new Set(['', 'workload', 'http', ...Object.values(small.nodes).flatMap((one) => [one.health, one.namespace])])].sort();
  const at = (text: string): number => strings.indexOf(text);
  const names = Object.keys(small.nodes).sort();
  const nodes = names.map((name) => small.nodes[name]!);
  const edges = small.edges.filter((one) => names.includes(one.from) && names.includes(one.to));
  const none = edges.map(() => null);
  return {
    version, type: 'workload', from: 0, to: 300, step: 10, coveredSeconds: 300, settled: false, strings,
    nodes: {
      id: names, label: names, cluster: names.map(() => at('')), namespace: nodes.map((one) => at(one.namespace)), kind: names.map(() => at('workload')), name: names, app: names.map(() => at('')), versionLabel: names.map(() => at('')),
      health: nodes.map((one) => at(one.health)), healthReason: names.map(() => ''), rps: nodes.map((one) => one.rps), errorRatio: names.map(() => null), p50Ms: names.map(() => null), p90Ms: names.map(() => null), p99Ms: names.map(() => null), flags: names.map(() => 0),
    },
    edges: {
      id: edges.map((one) => `${one.from}>${one.to}`), source: edges.map((one) => names.indexOf(one.from)), destination: edges.map((one) => names.indexOf(one.to)), protocol: edges.map(() => at('http')), health: edges.map(() => at('')), healthReason: edges.map(() => ''),
      rps: edges.map((one) => one.rps), errorRatio: none, p50Ms: none, p90Ms: none, p99Ms: none, bytesPerSecond: none, connectionsPerSecond: none, openConnections: none, mtlsShare: edges.map((one) => one.mtls), confidence: edges.map(() => 1), lastSeen: edges.map(() => 0), flags: edges.map(() => 0),
    },
    quality: { unattributed: 0, unresolved: 0, unnamedEdges: 0, partial: [] },
  };
}

/** What the server would send from `a` to `b`: changed nodes and edges with the ends of these, and what is gone. */
function diffOf(a: Small, b: Small): GraphDiff {
  const edgeId = (one: Small['edges'][number]): string => `${one.from}>${one.to}`;
  const same = (x: unknown, y: unknown): boolean => JSON.stringify(x) === JSON.stringify(y);
  const edges = b.edges.filter((one) => !a.edges.some((other) => same(one, other)));
  const ends = new Set(edges.flatMap((one) => [one.from, one.to]));
  const nodes = Object.fromEntries(Object.entries(b.nodes).filter(([name, one]) => ends.has(name) || !same(a.nodes[name], one)));
  return {
    version: 'b', base: 'a', from: 10, to: 310, coveredSeconds: 300, changed: Object.keys(nodes).length + edges.length > 0 ? encode({ nodes, edges }, 'b') : null,
    removedNodes: Object.keys(a.nodes).filter((name) => !(name in b.nodes)), removedEdges: a.edges.map(edgeId).filter((id) => !b.edges.some((one) => edgeId(one) === id)),
  };
}

const names = ['a', 'b', 'c', 'd'];
const smalls: fc.Arbitrary<Small> = fc.record({
  nodes: fc.dictionary(fc.constantFrom(...names), fc.record({ rps: fc.option(fc.integer({ min: 0, max: 9 })), health: fc.constantFrom('Healthy', 'Failure', 'NA'), namespace: fc.constantFrom('shop', 'data', '') }, { noNullPrototype: true }), { noNullPrototype: true }),
  edges: fc.uniqueArray(fc.record({ from: fc.constantFrom(...names), to: fc.constantFrom(...names), rps: fc.integer({ min: 0, max: 9 }), mtls: fc.option(fc.constantFrom(0, 1)) }), { selector: (one) => `${one.from}>${one.to}`, maxLength: 8 }),
}).map(({ nodes, edges }) => ({ nodes, edges: edges.filter((one) => one.from in nodes && one.to in nodes) }));

const content = (graph: Topology): unknown => [new Map([...graph.nodes].sort()), new Map([...graph.edges].sort())];

describe('applyDiff', () => {
  it('gives the graph that the diff leads to', () => {
    fc.assert(fc.property(smalls, smalls, (a, b) => {
      const before = decodeColumns(encode(a, 'a'));
      const after = applyDiff(before, diffOf(a, b))!;
      expect(content(after)).toEqual(content(decodeColumns(encode(b, 'b'))));
      expect([after.version, after.to]).toEqual(['b', 310]);
    }), { numRuns: 200 });
  });

  it('leaves the graph it came from and the rows it does not touch as they are', () => {
    const a: Small = { nodes: { a: { rps: 1, health: 'Healthy', namespace: 'shop' }, b: { rps: 2, health: 'Healthy', namespace: 'shop' } }, edges: [{ from: 'a', to: 'b', rps: 2, mtls: 1 }] };
    const b: Small = { ...a, edges: [{ from: 'a', to: 'b', rps: 3, mtls: 1 }] };
    const before = decodeColumns(encode(a, 'a'));
    const copy = content(before);
    const after = applyDiff(before, diffOf(a, b))!;
    expect(content(before)).toEqual(copy);
    expect(after.nodes.get('a')).toBe(before.nodes.get('a'));
    expect(after.edges.get('a>b')).not.toBe(before.edges.get('a>b'));
  });

  it('takes a whole message as it is, and refuses one of another base', () => {
    const columns = encode({ nodes: { a: { rps: 1, health: 'Failure', namespace: '' } }, edges: [] }, 'w');
    const whole: GraphDiff = { version: 'w', base: '', from: 0, to: 1, coveredSeconds: 1, changed: columns, removedNodes: [], removedEdges: [] };
    expect(applyDiff(null, whole)?.nodes.get('a')?.state).toBe('failing');
    expect(applyDiff(decodeColumns(columns), { ...whole, base: 'other' })).toBeNull();
    expect(applyDiff(null, { ...whole, base: 'w' })).toBeNull();
  });
});

describe('decodeColumns', () => {
  it('leaves out edges whose ends are missing and reads flags', () => {
    const columns = encode({ nodes: { a: { rps: null, health: 'Healthy', namespace: 'shop' } }, edges: [] }, 'x');
    const broken: GraphColumns = { ...columns, nodes: { ...columns.nodes, flags: [7] }, edges: { ...encode({ nodes: { a: { rps: 1, health: '', namespace: '' } }, edges: [{ from: 'a', to: 'a', rps: 1, mtls: null }] }, 'y').edges, destination: [5] } };
    const graph = decodeColumns(broken);
    expect(graph.edges.size).toBe(0);
    expect(graph.nodes.get('a')).toMatchObject({ isRoot: true, isOutsideMesh: true, state: 'idle', rps: null });
  });
});
