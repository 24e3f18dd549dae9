import { describe, expect, it } from 'vitest';
import { inventory, runs } from '../../inference/appenders/inventory-fixture.ts';
import { badgeNames } from '../../inference/badges.ts';
import type { OperationWindow, Scope, TrafficReader } from '../../inference/ports.ts';
import { columnsOf, orders, row, t0, web } from '../../inference/row-fixture.ts';
import { RowReading } from '../../inference/row-reading.ts';
import { graphRequest, type GraphInput } from './graph-request.ts';
import { toColumns } from '../../inference/to-columns.ts';
import { loadGraphs, type GraphReaders } from './load-graphs.ts';

const now = (t0 + 300) * 1000;
const call = row({ from: web, to: orders, requests: 300 });
const reader: TrafficReader = { edgeWindows: () => Promise.resolve([call]), readEdges: () => Promise.resolve(RowReading.of(columnsOf([call]))), edgeBuckets: () => Promise.resolve([]), dataRange: () => Promise.resolve({ first: t0, last: t0 + 290 }), oldestBucket: () => Promise.resolve(t0 - 86_400), changeToken: () => Promise.resolve('') };
const operation: OperationWindow = { edgeId: call.edgeId, instrument: 'proxy', side: 'destination', feed: 'f', operation: 'GET /', requests: 300, errors: 0, requestsEstimated: 300, layout: null, latency: new Map() };
const asked: string[] = [];
const readers: GraphReaders = {
  tenant: 't', reader, now: () => now,
  operations: { operations: () => { asked.push('operations'); return Promise.resolve([operation]); }, changeToken: () => Promise.resolve('') },
  inventory: { inventory: (scope: Scope, at) => { asked.push(`inventory ${JSON.stringify(scope.namespaces)} ${at}`); return Promise.resolve(inventory({ workloads: [runs('web', { dataPlane: 'none' })] })); } },
};
const load = (input: GraphInput, more: Partial<GraphReaders> = {}) => loadGraphs({ ...readers, ...more }).graph(graphRequest({ window: { from: t0, to: t0 + 300 }, ...input }, 't', now / 1000));

describe('loadGraphs', () => {
  it('reads nothing but traffic for the plain graph', async () => {
    asked.length = 0;
    expect((await load({})).nodes.map((node) => node.label).sort()).toEqual(['orders', 'web']);
    expect((await load({ appenders: ['outsider', 'responseTime'], tcp: 'total' })).edges).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it('answers the plain graph of the whole mesh as columns without the way through the graph, and no other', async () => {
    const loader = loadGraphs(readers), of = (input: GraphInput) => graphRequest({ window: { from: t0, to: t0 + 300 }, ...input }, 't', now / 1000);
    for (const type of ['workload', 'app', 'service']) expect(await loader.columns(of({ type }))).toEqual(toColumns(await loader.graph(of({ type }))));
    for (const input of [{ namespaces: ['shop'] }, { idle: true }, { appenders: ['outsider'] }]) expect(await loader.columns(of(input))).toBeNull();
  });

  it('gives rates per the time that has data, though its first bucket is of an hour in which data began late', async () => {
    const late = { reader: { ...reader, oldestBucket: () => Promise.resolve(t0 + 150) } }, request = graphRequest({ window: { from: t0, to: t0 + 300 } }, 't', now / 1000), loader = loadGraphs({ ...readers, ...late });
    const graph = await loader.graph(request), columns = await loader.columns(request);
    expect([graph.coveredSeconds, graph.edges[0]!.signals.requestsPerSecond]).toEqual([150, 2]);
    expect([columns!.coveredSeconds, columns!.edges.rps]).toEqual([150, [2]]);
    expect(graph.quality.partial).toEqual([expect.stringContaining('data begins at')]);
  });

  it('gives an edge the same rates in the graph of its namespace as in that of all', async () => {
    const brief = { ...call, firstBucket: t0 + 100, lastBucket: t0 + 110 }, other = { ...call, edgeId: 'f'.repeat(32), edge: { ...call.edge!, source: { ...call.edge!.source, namespace: 'books' }, destination: { ...call.edge!.destination, namespace: 'books' } } };
    const all: TrafficReader = { ...reader, edgeWindows: ({ namespaces }) => Promise.resolve(namespaces ? [brief] : [brief, other]) };
    const loader = loadGraphs({ ...readers, reader: all }), of = (input: GraphInput) => loader.graph(graphRequest({ window: { from: t0, to: t0 + 300 }, ...input }, 't', now / 1000));
    const [whole, part] = [await of({}), await of({ namespaces: [brief.edge!.source.namespace] })];
    expect(part.coveredSeconds).toBe(whole.coveredSeconds);
    expect(part.edges[0]!.signals.requestsPerSecond).toBe(whole.edges.find(({ id }) => id === part.edges[0]!.id)!.signals.requestsPerSecond);
  });

  it('reads operations and what exists where a view needs them, beyond the namespaces that were asked for', async () => {
    asked.length = 0;
    const graph = await load({ operations: true, appenders: ['meshCheck'], namespaces: ['shop'] });
    expect(asked.sort()).toEqual([`inventory null ${t0 + 300}`, 'operations']);
    expect(graph.nodes.map((node) => `${node.label} ${badgeNames(node.badges ?? 0).join()}`.trim()).sort()).toEqual(['GET /', 'orders', 'web missingSidecar']);
  });

  it('cuts out the surroundings of a node, or says that there is none', async () => {
    const whole = await load({});
    expect((await load({ node: whole.nodes[0]!.id })).edges).toEqual(whole.edges);
    await expect(load({ node: '0123456789abcdef' })).rejects.toMatchObject({ code: 'NODE_NOT_FOUND', status: 404 });
  });

  it('says what is missing: namespaces without traffic, a source of configuration, operations of long ago', async () => {
    expect((await load({ namespaces: ['shop', 'shpo'] })).quality.partial).toEqual([expect.stringContaining('shpo')]);
    expect((await load({ appenders: ['labels'] }, { inventory: null })).quality.partial).toEqual([expect.stringContaining('labels')]);
    expect((await load({ operations: true, window: { from: t0 - 4 * 86_400, to: t0 + 300 } })).quality.partial).toEqual(expect.arrayContaining([expect.stringContaining('2 days')]));
  });
});
