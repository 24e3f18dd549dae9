import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Measured, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { edgeRows, plainRow } from '../../inference/edge-row.ts';
import type { RowReading } from '../../inference/row-reading.ts';
import { openTestStore, untilIdle, type TestStore } from '../../jobs/engine-fixture.ts';
import { createRollUpJob } from '../../jobs/roll-up-tiers.ts';
import { createEdgeNames } from '../edge-names.ts';
import { createLatencyLayouts } from '../latency-layouts.ts';
import type { TierSegment } from '../tier-segments.ts';
import { FreshParts } from './fresh-parts.ts';
import { JoinedParts } from './joined-parts.ts';
import { createPacker } from './pack-apart.ts';
import { sumParts } from './sum-parts.ts';
import { watchTables } from './table-parts.ts';
import { createWindowSums, type AskedSums, type WindowSums } from './window-sums.ts';

const all: AskedSums = { step: 10, namespaces: null, watched: false }, watching: AskedSums = { ...all, watched: true };

let opened: TestStore, writer: BlockWriter;
let blocks = 0;
const tables = { now: () => watchTables(opened.store, Date.now).now(), recent: () => watchTables(opened.store, Date.now).recent() };
/** In a thread whatever the size. */
const pack = createPacker(0);
const start = Math.floor(Date.now() / 60_000) * 60 - 300, now = (start + 120) * 1000;
const entity = (name: string, namespace = 'shop'): Edge['source'] => workload('c', namespace, name);
const edges: Edge[] = [['web', 'orders'], ['orders', 'pay'], ['pay', 'bank']].map(([from, to]) => ({ source: entity(from!), destination: entity(to!, to), service: `${to}.svc`, serviceGuessed: false, port: 80 }));
const row = (tenant: string, more: Partial<EdgeTraffic>): EdgeTraffic => edgeTraffic({
  tenant, bucket: start, edge: edges[0]!, instrument: 'proxy', side: 'destination', feed: 'f', origin: 1n, measured: Measured.requests | Measured.latency,
  requests: 10, responses: new Map([['http 200 -', 10]]), layout: envoyLayout, latency: new Map([[3, 10]]), ...more,
});
const write = (rows: readonly EdgeTraffic[], version = 0): Promise<void> => writer.edgeTraffic(rows, `part block ${++blocks}`, version);
const finest = (from: number, to: number): TierSegment => ({ table: 'edge_traffic_10s', step: 10, from, to });
const sumsOf = (tenant: string, maxBytes?: number): WindowSums => createWindowSums({
  store: opened.store, names: createEdgeNames(opened.store), layouts: createLatencyLayouts(opened.store), tables, pack, now: () => now, ...maxBytes === undefined ? {} : { maxBytes },
}, tenant);
/** As hours are read: added up by the store. */
async function inOnePart(tenant: string, segment: TierSegment): Promise<RowReading> {
  const fresh = new FreshParts({ store: opened.store, names: createEdgeNames(opened.store), layouts: createLatencyLayouts(opened.store), tables, pack, now: () => now }, tenant, 1e9);
  const [shelved] = (await fresh.get([segment], 1))!, { registry } = fresh;
  return sumParts(registry, [{ part: shelved!.part, lead: 0 }]);
}
const requestsOf = (reading: RowReading | null): number[] | null => reading && Array.from(reading.columns.requests).filter((_, row) => reading.columns.measured[row] !== 0).sort((a, b) => a - b);

beforeAll(async () => {
  opened = await openTestStore();
  writer = createBlockWriter(opened.store);
}, 60_000);
afterAll(() => opened.close());

it('adds parts up to what the rows come to, however they are cut', async () => {
  let tenants = 0;
  const some = fc.record({
    bucket: fc.nat(5).map((n) => start + 10 * n), edge: fc.constantFrom(...edges), side: fc.constantFrom('source' as const, 'destination' as const), origin: fc.bigInt(1n, 2n),
    layout: fc.constantFrom(envoyLayout, spanLayout), latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.integer({ min: 1, max: 70_000 })), { selector: ([index]) => index }).map((pairs) => new Map(pairs)),
    responses: fc.dictionary(fc.constantFrom('http 200 -', 'http 503 UH', 'grpc 0 -'), fc.integer({ min: 1, max: 300 })).map((counts) => new Map(Object.entries(counts))),
    requests: fc.nat(2 ** 40), requestsEstimated: fc.double({ min: 0, max: 1e6, noNaN: true }), bytesSent: fc.nat(255), openConnections: fc.nat(9),
    via: fc.constantFrom([], ['waypoint:shop/w'], ['gateway:shop/g'], ['gateway:shop/g', 'waypoint:shop/w']), sourcePrincipal: fc.constantFrom('', 'spiffe://a', 'spiffe://b'), measured: fc.constantFrom(Measured.requests, Measured.latency | Measured.bytes),
  });
  await fc.assert(fc.asyncProperty(fc.array(some, { minLength: 1, maxLength: 20 }), async (specs) => {
    const tenant = `cut-${++tenants}`;
    await write(specs.map((spec) => row(tenant, spec)));
    const said = (reading: RowReading | null): unknown => edgeRows(reading!.columns).filter(({ measured }) => measured !== 0).map((one) => {
      const { responses, latency, requestsEstimated, ...rest } = plainRow(one);
      return { ...rest, requestsEstimated: requestsEstimated.toPrecision(9), layout: one.layout?.id, responses: [...responses].sort(), latency: [...latency].sort(([a], [b]) => a - b) };
    }).sort((a, b) => (JSON.stringify([a.edgeId, a.side, a.layout]) < JSON.stringify([b.edgeId, b.side, b.layout]) ? -1 : 1));
    const whole = said(await inOnePart(tenant, finest(start, start + 60)));
    const cut = sumsOf(tenant);
    cut.prepare([finest(start, start + 60)]);
    let parts: RowReading | null = null;
    await expect.poll(async () => (parts = await cut.read([finest(start, start + 60)], all, now)), { timeout: 10_000 }).not.toBeNull();
    expect(said(parts)).toEqual(whole);
  }), { numRuns: 12, endOnFailure: true });
}, 60_000);

it('reads again what changed, and only that', async () => {
  const sums = sumsOf('changes'), segments = [finest(start, start + 30)];
  await write([row('changes', {}), row('changes', { bucket: start + 10 })]);
  const first = (await sums.read(segments, watching, now))!;
  expect(requestsOf(first)).toEqual([20]);
  const again = (await sums.read(segments, watching, now))!;
  expect([requestsOf(again), again.keys === first.keys]).toEqual([[20], true]);
  await write([row('changes', { bucket: start + 20, requests: 3 }), row('changes', { origin: 2n, requests: 4 })]);
  const late = (await sums.read(segments, watching, now))!;
  expect([requestsOf(late), late.keys === first.keys]).toEqual([[27], true]);
  await write([row('changes', { edge: edges[1]!, requests: 1 })]);
  expect(requestsOf(await sums.read(segments, watching, now))).toEqual([1, 27]);
});

it('says the same after many changes of a window that is watched as who reads it for the first time', async () => {
  let tenants = 0, followed = 0;
  const change = fc.record({
    bucket: fc.nat(2).map((n) => start + 10 * n), edge: fc.nat(40), side: fc.nat(12).map((n) => (n === 0 ? 'source' as const : 'destination' as const)), origin: fc.bigInt(0n, 2n), withdrawn: fc.nat(9).map((n) => n === 0),
    requests: fc.constantFrom(1, 200, 70_000, 2 ** 40), latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.constantFrom(1, 300, 70_000)), { selector: ([index]) => index }).map((pairs) => new Map(pairs)),
    responses: fc.dictionary(fc.constantFrom('http 200 -', 'http 503 UH', 'grpc 0 -'), fc.integer({ min: 1, max: 300 })).map((counts) => new Map(Object.entries(counts))),
  });
  const numbered = (i: number): Edge => ({ source: entity(`w${i}`), destination: entity('all'), service: '', serviceGuessed: false, port: 80 });
  await fc.assert(fc.asyncProperty(fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }), async (rounds) => {
    const tenant = `watched-${++tenants}`, segments = [finest(start, start + 30)], watched = sumsOf(tenant);
    await write([0, 10, 20].flatMap((after) => Array.from({ length: 40 }, (_, i) => row(tenant, { bucket: start + after, edge: numbered(i) }))));
    let version = 0, last: RowReading | null = await watched.read(segments, watching, now);
    for (const round of rounds) {
      await write(round.map(({ edge, withdrawn, ...more }) => row(tenant, { ...more, edge: numbered(edge), ...withdrawn ? { measured: 0 } : {} })), ++version);
      const next = await watched.read(segments, watching, now);
      const said = (reading: RowReading | null): unknown => edgeRows(reading!.columns).filter(({ measured }) => measured !== 0).map((one) => {
        const { responses, latency, ...rest } = plainRow(one);
        return { ...rest, responses: [...responses].sort(), latency: [...latency].sort(([a], [b]) => a - b) };
      }).sort((a, b) => (a.edgeId + a.side < b.edgeId + b.side ? -1 : 1));
      expect(said(next)).toEqual(said(await sumsOf(tenant).read(segments, all, now)));
      // A row withdrawn that was never there changes nothing: the reading is the one before.
      if (next?.change && next !== last) {
        const { change } = next;
        followed++;
        expect(change.since).toBe(last?.id);
        const same = [...next.keys.keys()].filter((i) => !change.places.includes(i));
        expect(same.map((i) => next.columns.requests[i])).toEqual(same.map((i) => last?.columns.requests[i]));
      }
      last = next;
    }
  }), { numRuns: 12, endOnFailure: true });
  expect(followed).toBeGreaterThan(5);
}, 60_000);

it('makes a bucket of a coarser tier of the finer ones that it has, and takes in what comes late', async () => {
  const minute: TierSegment = { table: 'edge_traffic_1m', step: 60, from: start, to: start + 60 }, rollUp = createRollUpJob(opened.store, 60);
  const read: string[] = [];
  const watched = createWindowSums({
    store: { query: (query, options) => opened.store.query(query, options), queryNative: (query, options) => { read.push(query.text); return opened.store.queryNative(query, options); } },
    names: createEdgeNames(opened.store), layouts: createLatencyLayouts(opened.store), tables, pack, now: () => now,
  }, 'rolled');
  const said = (reading: RowReading | null): unknown => edgeRows(reading!.columns).filter(({ measured }) => measured !== 0).map((one) => {
    const { responses, latency, ...rest } = plainRow(one);
    return { ...rest, layout: one.layout?.id, responses: [...responses].sort(), latency: [...latency].sort(([a], [b]) => a - b) };
  }).sort((a, b) => (JSON.stringify([a.edgeId, a.side, a.layout]) < JSON.stringify([b.edgeId, b.side, b.layout]) ? -1 : 1));
  const both = async (): Promise<void> => {
    await untilIdle(rollUp);
    const mine = said(await watched.read([minute], watching, now));
    expect(mine).toEqual(said(await sumsOf('rolled').read([minute], all, now)));
  };

  await write([0, 20, 50].flatMap((after, i) => edges.map((edge, n) => row('rolled', {
    bucket: start + after, edge, side: n === 1 ? 'source' : 'destination', requests: 7 * i + n, openConnections: 3 - i, via: i === 1 ? ['waypoint:shop/w'] : [],
    layout: i === 2 ? spanLayout : envoyLayout, latency: new Map([[i + n, i + 1]]), responses: new Map([[`http 20${i} -`, 4]]), sourcePrincipal: i === 1 ? 'spiffe://a' : '',
  }))), 1);
  for (let after = 0; after < 60; after += 10) await watched.read([finest(start + after, start + after + 10)], all, now);
  read.length = 0;
  await both();
  expect(read.filter((text) => text.includes('edge_traffic_1m'))).toEqual([]);
  await write([row('rolled', { bucket: start + 30, edge: edges[2]!, requests: 1_000 }), row('rolled', { bucket: start + 40, edge: edges[0]!, origin: 9n, requests: 5 })], 2);
  await both();
  await write([row('rolled', { bucket: start + 30, edge: edges[2]!, measured: 0, requests: 0 })], 3);
  await both();
}, 30_000);

it('leaves withdrawn rows out and takes the newest version', async () => {
  const sums = sumsOf('versions'), segments = [finest(start, start + 10)];
  await write([row('versions', { origin: 0n, requests: 5 })], 1);
  expect(requestsOf(await sums.read(segments, all, now))).toEqual([5]);
  await write([row('versions', { origin: 0n, requests: 9 })], 2);
  expect(requestsOf(await sums.read(segments, all, now))).toEqual([9]);
  await write([row('versions', { origin: 0n, measured: 0, requests: 0 })], 3);
  expect(requestsOf(await sums.read(segments, all, now))).toEqual([]);
});

it('keeps what stands beside a withdrawn row, though the store merges its parts between two looks at them', async () => {
  const segments = [finest(start, start + 10)];
  let merge = false, patch: Promise<unknown> = Promise.resolve();
  const sums = createWindowSums({
    store: {
      query: (query, options) => opened.store.query(query, options),
      async queryNative(query, options) {
        const isWithdrawn = query.text.includes('measured = 0');
        if (merge && isWithdrawn) {
          await patch;
          await opened.store.command(sql`OPTIMIZE TABLE edge_traffic_10s FINAL`, { name: 'merge', timeoutMs: 30_000 });
        }
        const answer = opened.store.queryNative(query, options);
        if (!isWithdrawn) patch = answer;
        return answer;
      },
    }, names: createEdgeNames(opened.store), layouts: createLatencyLayouts(opened.store), tables, pack, now: () => now,
  }, 'merged');
  await write([row('merged', {}), row('merged', { origin: 2n, measured: 0 }), row('merged', { edge: edges[1]! })]);
  expect(requestsOf(await sums.read(segments, watching, now))).toEqual([10, 10]);
  merge = true;
  await write([row('merged', { edge: edges[1]!, origin: 2n, requests: 5 })]);
  expect(requestsOf(await sums.read(segments, watching, now))).toEqual([10, 15]);
});

it('gives the rows of some namespaces, of either end', async () => {
  const sums = sumsOf('scopes'), segments = [finest(start, start + 10)];
  await write(edges.map((edge, i) => row('scopes', { edge, requests: i + 1 })));
  const of = async (...namespaces: string[]): Promise<number[] | null> => requestsOf(await sums.read(segments, { ...all, namespaces }, now));
  expect([await of('shop'), await of('bank'), await of('pay', 'bank'), await of('nowhere')]).toEqual([[1, 2, 3], [3], [2, 3], []]);
});

it('reads once what is read ahead and asked for meanwhile', async () => {
  const segments = [finest(start, start + 30)];
  await write([0, 10, 20].map((after) => row('twice', { bucket: start + after })));
  const read: string[] = [];
  const sums = createWindowSums({
    store: { query: (query, options) => opened.store.query(query, options), queryNative: (query, options) => { read.push(query.text); return opened.store.queryNative(query, options); } },
    names: createEdgeNames(opened.store), layouts: createLatencyLayouts(opened.store), tables, pack, now: () => now,
  }, 'twice');
  sums.prepare(segments);
  await Promise.resolve();
  expect(requestsOf(await sums.read(segments, all, now))).toEqual([30]);
  await expect.poll(() => sums.holds(segments)).toBe(true);
  expect(read.filter((text) => text.includes('responses_values'))).toHaveLength(3);
});

it('reads all of a live window at once, and leaves to the store a few namespaces of one that is not there, and what does not fit', async () => {
  const segments = [finest(start, start + 60)];
  await write(Array.from({ length: 6 }, (_, i) => row('cold', { bucket: start + 10 * i })));
  const cold = sumsOf('cold');
  expect(await cold.read(segments, { ...all, namespaces: ['shop'] }, now)).toBeNull();
  cold.prepare(segments);
  await expect.poll(async () => requestsOf(await cold.read(segments, { ...all, namespaces: ['shop'] }, now)), { timeout: 10_000 }).toEqual([60]);
  expect(requestsOf(await sumsOf('cold').read(segments, all, now))).toEqual([60]);
  expect(await sumsOf('cold', 100).read(segments, all, now)).toBeNull();
});

it.each([['live', [12, 5, 5]], ['past', [12, 12, 5]]] as const)('joins what is asked for again of a %s window, which changes nothing, and takes in what comes late', async (kind, lengths) => {
  const tenant = `joined ${kind}`, at = kind === 'live' ? now : now + 3_600_000;
  const sums = sumsOf(tenant), segments = [finest(start, start + 120)], joined = vi.spyOn(JoinedParts.prototype, 'put');
  await write(Array.from({ length: 12 }, (_, i) => edges.map((edge, n) => row(tenant, { bucket: start + 10 * i, edge, requests: i + n, latency: new Map([[n + i % 3, 1], [n + 9, 300 * n]]) }))).flat());
  const numbers = async (of: WindowSums, asked = all): Promise<unknown> => edgeRows((await of.read(segments, asked, at))!.columns).filter(({ measured }) => measured !== 0)
    .map(({ edgeId, requests, latency, responses, firstBucket, lastBucket }) => ({ edgeId, requests, latency: [...latency].sort(([a], [b]) => a - b), responses: [...responses], firstBucket, lastBucket })).sort((a, b) => (a.edgeId < b.edgeId ? -1 : 1));
  const parts = (): unknown => (joined.mock.results.at(-1)!.value as readonly unknown[]).length;
  const expected = await numbers(sumsOf(tenant)), counts: unknown[] = [];
  for (let ask = 0; ask < 3; ask++) {
    expect(await numbers(sums)).toEqual(expected);
    counts.push(parts());
    await new Promise((joinedAfterwards) => { setImmediate(joinedAfterwards); });
  }
  // The last 40 s still change.
  expect(counts).toEqual(lengths);
  const unjoined = sumsOf(tenant), ofBank = { ...all, namespaces: ['bank'] };
  await numbers(unjoined);
  expect(await numbers(sums, ofBank)).toEqual(await numbers(unjoined, ofBank));
  await write([row(tenant, { bucket: start + 20, requests: 1_000, origin: 2n })]);
  expect(await numbers(sums)).toEqual(await numbers(sumsOf(tenant)));
  joined.mockRestore();
});
