import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Measured, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { workload, type Entity } from '@orrery/collectors/model/entity';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import { openTestStore, type TestStore } from '../../jobs/engine-fixture.ts';
import { createEdgeZoneReader } from '../../readers/edge-zone-reader.ts';
import { createOperationReader } from '../../readers/operation-reader.ts';
import { createProofReader } from '../../readers/proof-reader.ts';
import { createSourceReader } from '../../readers/source-reader.ts';
import { createSpanReader } from '../../readers/span-reader.ts';
import { createTrafficReader } from '../../readers/traffic-reader.ts';
import { createGraphApi } from '../graph/graph-api.ts';
import type { Graphs } from '../graph/graphs.ts';
import { createInsights, type Insights } from './insights.ts';

let opened: TestStore, insights: Insights, graphs: Graphs, stop: () => Promise<void>;
const start = Math.floor(Date.now() / 10_000) * 10 - 310;
const now = (): number => (start + 305) * 1000;
const input = { window: { from: start, to: start + 300 } };
const web = workload('c', 'shop', 'web', 'web', 'v1'), orders = workload('c', 'shop', 'orders', 'orders', 'v1'), ledger = workload('c', 'books', 'ledger', 'ledger', 'v1');
const edge = (source: Entity, destination: Entity): Edge => ({ source, destination, service: '', serviceGuessed: false, port: 0 });
const signals = Measured.requests | Measured.errors | Measured.bytes;

beforeAll(async () => {
  opened = await openTestStore();
  const rows: EdgeTraffic[] = [];
  for (let bucket = start; bucket < start + 300; bucket += 10) {
    const row = (of: Edge, more: Partial<EdgeTraffic>): void => void rows.push(edgeTraffic({
      tenant: 't', bucket, edge: of, instrument: 'proxy', side: 'destination', feed: 'scrape:mesh', origin: 7n, protocols: 1, measured: signals, requests: 10, responses: new Map([['http 200 -', 10]]), ...more,
    }));
    row(edge(web, orders), { side: 'source', responses: new Map([['http 200 -', 10], ['http 503 UH', 2]]), requests: 12, errors: 2 });
    row(edge(web, orders), { measured: signals | Measured.security, requestsSecured: 10, bytesSent: 1e6, bytesReceived: 3e6 });
    row(edge(orders, ledger), { measured: signals | Measured.security, requestsPlaintext: 10 });
  }
  await createBlockWriter(opened.store).edgeTraffic(rows, 'rows');
  await opened.store.command(sql`INSERT INTO edge_zone_traffic (tenant, bucket, edge_id, instrument, side, feed, source_zone, destination_zone, bytes_sent, bytes_received)
    SELECT 't', toDateTime(${start}), edge_id, 'proxy', 'destination', 'scrape:mesh', 'eu-west-1a', 'eu-west-1b', 60000000, 0 FROM edges WHERE destination_name = 'orders'`, { name: 'zones' });
  const reader = createTrafficReader(opened.store, now);
  const api = createGraphApi({ tenant: 't', reader, operations: createOperationReader(opened.store), inventory: null, now, onTick: () => undefined });
  graphs = api.graphs;
  stop = () => Promise.resolve(api.liveGraphs.stop());
  insights = createInsights({
    tenant: 't', graphs, traffic: reader, zones: createEdgeZoneReader(opened.store), proof: createProofReader(opened.store, now), spans: createSpanReader(opened.store),
    sources: (scope, since) => createSourceReader(opened.store).summaries(scope, since), now,
    prices: { currency: 'USD', perGb: { sameZone: 0, crossZone: 0.02, crossRegion: 0.05, internet: 0.1 } },
  });
}, 60_000);
afterAll(async () => {
  await stop();
  await opened.close();
});

const idOf = async (name: string): Promise<string> => (await graphs.detailed(input)).nodes.find(({ entity }) => entity.name === name)?.id ?? '';

describe('insights over stored rows', () => {
  it('blast radius reaches from the callee to the root', async () => {
    const radius = await insights.blastRadius({ node: await idOf('ledger'), edge: null }, input);
    expect(radius).toMatchObject({ totalDependents: 2, entryPoints: [await idOf('web')], truncated: false, settled: true });
    expect(radius?.dependents.map(({ node, share, depth }) => [node.entity.name, share, depth])).toEqual([['web', 1, 2], ['orders', 1, 1]]);
    await expect(insights.blastRadius({ node: null, edge: null }, input)).rejects.toThrow('one of them');
    expect(await insights.blastRadius({ node: 'f'.repeat(16), edge: null }, input)).toBeNull();
  });

  it('posture and STRICT', async () => {
    expect(await insights.mtlsPosture(input)).toMatchObject({ total: { requests: { secured: 300, plaintext: 300, share: 0.5 } }, totalPlaintextEdges: 1, totalUnknownEdges: 0 });
    expect(await insights.strictImpact('books', input)).toMatchObject({ totalBreaking: 1, plaintextRequestsPerSecond: 1, safe: false });
    expect(await insights.strictImpact('shop', input)).toMatchObject({ totalBreaking: 0, safe: true });
    const nowhere = await insights.strictImpact('nowhere', input);
    expect(nowhere.safe).toBe(false);
    expect(nowhere.partial).toEqual(['nothing was seen of namespace nowhere in this window']);
  });

  it('namespaces that nobody knows are named by every one of them', async () => {
    const asked = { ...input, namespaces: ['shop', 'shpo'] }, named = expect.arrayContaining(['nothing was seen of namespace shpo in this window']) as string[];
    const answers = [await insights.mtlsPosture(asked), await insights.trafficCost(asked, 'edge', 10), await insights.dataQuality(asked, 5)];
    expect(answers.map(({ partial }) => partial)).toEqual([named, named, named]);
    expect((await insights.mtlsPosture({ ...input, namespaces: ['shop'] })).partial).toEqual([]);
  });

  it('what is no id is no question', async () => {
    for (const of of [{ node: 'web', edge: null }, { node: null, edge: '' }]) {
      await expect(insights.blastRadius(of, input)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('16 hex digits') as string });
      await expect(insights.rawSeries(of, input, 'requests', 10, 0)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('16 hex digits') as string });
    }
  });

  it('cost splits bytes by zones and says what it does not know', async () => {
    const cost = await insights.trafficCost(input, 'namespace', 10);
    expect(cost.items.map(({ namespace, parts }) => [namespace, parts.map(({ kind, bytes }) => [kind, Math.round(bytes)])])).toEqual([['shop', [['crossZone', 60e6], ['unknown', 60e6]]]]);
    expect(cost.total.cost).toBeCloseTo(0.0012);
    expect(cost.partial).toEqual(['the zones of 50 % of the bytes are not known: they are not priced']);
    await expect(insights.trafficCost(input, 'edge', 0)).rejects.toThrow('first is from 1');
  });

  it('quality compares sides', async () => {
    const quality = await insights.dataQuality(input, 5);
    expect(quality).toMatchObject({ edges: 2, compared: 1, agreeing: 1 });
    const kinds = quality.issues.map(({ kind }) => kind);
    expect(kinds).toContain('oneSided');
    expect(kinds).not.toContain('disagreement');
  });

  it('raw rows add up to the number, and name what was evidence alone', async () => {
    const of = (await graphs.detailed(input)).edges.find(({ evidence }) => evidence.length === 2)!;
    const raw = await insights.rawSeries({ node: null, edge: of.id }, input, 'requests', 1_000, 0);
    expect(raw).toMatchObject({ totalRows: 60, step: 10, truncated: false });
    const served = raw?.rows.filter(({ side, used }) => used && side === 'destination').reduce((sum, { requests }) => sum + (requests ?? 0), 0);
    const stayed = raw?.rows.filter(({ side, used }) => used && side === 'source').flatMap(({ responses }) => responses.filter(({ key }) => key.endsWith('UH'))).reduce((sum, { count }) => sum + count, 0);
    expect((served! + stayed!) / 300).toBeCloseTo(of.signals.requestsPerSecond!);
    expect(raw?.rows[0]).toMatchObject({ connectionsOpened: null, latencyCount: null });
    expect(raw?.promql.map(({ number }) => number)).toEqual(['requests', 'errors', 'bytesSent', 'bytesReceived']);
    expect(raw?.promql[0]?.query).toContain(`[300s] @ ${start + 300}`);
    expect((await insights.rawSeries({ node: null, edge: of.id }, input, 'bytes', 10, 0))?.rows.filter(({ used }) => used).every(({ side }) => side === 'destination')).toBe(true);
  });

  it('a node opens to the rows of its inbound edges', async () => {
    const raw = await insights.rawSeries({ node: await idOf('ledger'), edge: null }, input, 'requests', 10, 25);
    expect(raw).toMatchObject({ totalRows: 30, truncated: false });
    expect(raw?.rows).toHaveLength(5);
    expect(raw?.promql[0]?.query).not.toContain('source_workload');
  });
});
