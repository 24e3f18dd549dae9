import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Measured, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql, type Sql } from '@orrery/collectors/store/sql';
import type { QueryOptions, Store } from '@orrery/collectors/store/store';
import { openTestStore, type TestStore } from '../jobs/engine-fixture.ts';
import type { LeasedJob } from '../jobs/leased-job.ts';
import { createRollUpJob } from '../jobs/roll-up-tiers.ts';
import { createActivityReader } from './activity-reader.ts';
import { tierProgress } from './tier-progress.ts';
import { createTrafficReader } from './traffic-reader.ts';

/** What comes late into buckets that coarser tiers stand for already: told once, at once, and never gone again in between. */
let opened: TestStore, store: Store, writer: BlockWriter;
let tenants = 0, version = 0;
const hour = Math.floor(Date.now() / 3_600_000) * 3600 - 7200;
const web = workload('c', 'shop', 'web');
const edge = (name: string): Edge => ({ source: web, destination: workload('c', 'shop', name), service: '', serviceGuessed: false, port: 8080 });
const names = ['orders', 'stock', 'cart'] as const;

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
  writer = createBlockWriter(store);
}, 60_000);
afterAll(() => opened.close());

type Requests = Readonly<Record<string, number>>;

/** A tenant of a store in which nothing was rolled up yet. */
interface Tenant {
  readonly name: string;
  readonly jobs: Readonly<Record<60 | 600 | 3600, LeasedJob>>;
  write(rows: readonly Partial<EdgeTraffic>[]): Promise<void>;
  /**
   * Expects these requests by edge wherever they are read: windows of a namespace, buckets, and the lines of the time bar at
   * once; windows of the whole mesh as they were told before until what is new of them is read, and never otherwise.
   */
  tells(requests: Requests): Promise<void>;
  /** The tables that a reading of the whole hour asks. */
  asked(): Promise<readonly string[]>;
}

async function newTenant(): Promise<Tenant> {
  const tenant = `t${++tenants}`;
  await store.command(sql`TRUNCATE TABLE job_progress`, { name: 'nothing was rolled up' });
  let clock = Date.now(), queries: string[] = [];
  const spied: Pick<Store, 'query' | 'queryColumns' | 'queryNative'> = {
    query: async <Row>(query: Sql, options: QueryOptions): Promise<Row[]> => {
      const rows = await store.query<Row>(query, options);
      // Rows of a test come within milliseconds of a roll-up, which readers would take for such as it may not have seen.
      return options.name === 'tier progress' ? rows.map((row) => ({ ...row, asOfMs: Number((row as { asOfMs: unknown }).asOfMs) + 5_000 })) : rows;
    },
    queryColumns: (query, options) => store.queryColumns(query, options),
    queryNative: (query, options) => {
      queries.push(query.text);
      return store.queryNative(query, options);
    },
  };
  const reader = createTrafficReader(spied, () => clock), activity = createActivityReader(spied, () => clock);
  const scope = (namespaces: string[] | null) => ({ tenant, namespaces });
  const byEdge = (rows: readonly { edge: Edge | null; requests: number }[]): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const row of rows) sums[row.edge!.destination.name] = (sums[row.edge!.destination.name] ?? 0) + row.requests;
    return sums;
  };
  const jobs = { 60: createRollUpJob(store, 60), 600: createRollUpJob(store, 600), 3600: createRollUpJob(store, 3600) };
  const range = { from: hour, to: hour + 3600 }, ids = names.map((name) => writer.edgeIdOf(tenant, edge(name)));
  let before: Requests = {};
  return {
    name: tenant, jobs,
    async tells(requests) {
      clock += 6_000;
      // Another reader has no parts of the window: the store adds up.
      const fresh = createTrafficReader(spied, () => clock);
      const lines = await activity.activity(scope(null), { ...range, step: 600, stepSeconds: 600, steps: 6 }, ids);
      expect({
        namespace: byEdge(await fresh.edgeWindows(scope(['shop']), { ...range, step: 60 })),
        buckets: byEdge(await reader.edgeBuckets(scope(null), { ...range, step: 60 }, ids)),
        lines: byEdge(lines.map(({ edgeId, requests: counts }) => ({ edge: edge(names[ids.indexOf(edgeId)]!), requests: counts.reduce((a, b) => a + b, 0) }))),
      }).toEqual({ namespace: requests, buckets: requests, lines: requests });
      for (const step of [10, 3600] as const) {
        for (const deadline = performance.now() + 10_000; ;) {
          const told = byEdge(await reader.edgeWindows(scope(null), { ...range, step }));
          if (isDeepStrictEqual(told, requests)) break;
          expect(told).toEqual(before);
          if (performance.now() > deadline) expect(told).toEqual(requests);
          await sleep(10);
        }
      }
      before = requests;
    },
    write: (rows) => writer.edgeTraffic(rows.map((row) => edgeTraffic({
      tenant, bucket: hour, edge: edge('orders'), instrument: 'proxy', side: 'destination', feed: 'scrape', origin: 1n, measured: Measured.requests, requests: 1, ...row,
    })), `${tenant} ${++version}`, version),
    async asked() {
      clock += 6_000;
      queries = [];
      await createTrafficReader(spied, () => clock).edgeWindows(scope(['shop']), { from: hour, to: hour + 3600, step: 10 });
      return [...new Set(queries.flatMap((text) => text.match(/edge_traffic_\w+/g) ?? []))].sort();
    },
  };
}

it('an edge that comes late is there at once, stays while it goes from tier to tier, and leaves no finer tier to be read', async () => {
  const { jobs, tells, write, asked } = await newTenant();
  await write([{ requests: 5 }]);
  for (const step of [60, 600, 3600] as const) await jobs[step].run();
  await tells({ orders: 5 });
  expect(await asked()).toEqual(['edge_traffic_1h']);

  await write([{ edge: edge('stock'), bucket: hour + 1270, requests: 3 }]);
  await tells({ orders: 5, stock: 3 });
  expect(await asked()).toEqual(['edge_traffic_10m', 'edge_traffic_10s', 'edge_traffic_1m']);
  await jobs[60].run();
  await tells({ orders: 5, stock: 3 });
  expect(await asked()).toEqual(['edge_traffic_10m', 'edge_traffic_1m']);
  await jobs[600].run();
  await tells({ orders: 5, stock: 3 });
  expect(await asked()).toEqual(['edge_traffic_10m']);
  await jobs[3600].run();
  await tells({ orders: 5, stock: 3 });
  expect(await asked()).toEqual(['edge_traffic_1h']);
}, 60_000);

it('a roll-up that comes before the finer one says of no bucket that it is whole', async () => {
  const { jobs, tells, write, asked } = await newTenant();
  await write([{ requests: 5 }, { bucket: hour + 3590, requests: 2 }]);
  for (const step of [3600, 600, 60] as const) await jobs[step].run();
  await tells({ orders: 7 });
  expect(await asked()).toEqual(['edge_traffic_1m']);
}, 60_000);

it('an hour that comes late at once does not make windows be read of all its finer buckets', async () => {
  const { name, jobs, write } = await newTenant();
  await write([{}]);
  for (const step of [60, 600, 3600] as const) await jobs[step].run();
  await write(Array.from({ length: 50 }, (_, i) => ({ bucket: hour + 60 * i, origin: 2n })));
  const { touched } = await tierProgress(store, name);
  expect([...touched.get(60)!]).toEqual(Array.from({ length: 10 }, (_, i) => hour + 60 * (49 - i)));
  expect([...touched.get(3600)!]).toEqual([hour]);
}, 60_000);

describe('whatever comes between roll-ups', () => {
  const at = fc.constantFrom(0, 30, 600, 1270, 3590), which = fc.constantFrom(...names);
  type Step = { readonly kind: 'scraped' | 'derived' | 'withdrawn'; readonly name: (typeof names)[number]; readonly at: number; readonly requests: number } | { readonly kind: 'rolled up'; readonly step: 60 | 600 | 3600 };
  const happening: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom('scraped', 'derived', 'withdrawn'), name: which, at, requests: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ kind: fc.constant('rolled up' as const), step: fc.constantFrom(60, 600, 3600) }),
  );

  it('every window tells every row once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(happening, { minLength: 8, maxLength: 14 }), async (story) => {
      const { jobs, tells, write } = await newTenant();
      const rows = new Map<string, { readonly name: string; readonly requests: number }>();
      let scrapes = 1n;
      for (const one of story) {
        if (one.kind === 'rolled up') await jobs[one.step].run();
        else {
          const origin = one.kind === 'scraped' ? ++scrapes : 0n, isGone = one.kind === 'withdrawn', key = `${one.name} ${one.at} ${origin}`;
          await write([{ edge: edge(one.name), bucket: hour + one.at, origin, requests: isGone ? 0 : one.requests, measured: isGone ? 0 : Measured.requests }]);
          if (isGone) rows.delete(key);
          else rows.set(key, one);
        }
        const expected: Record<string, number> = {};
        for (const { name, requests } of rows.values()) expected[name] = (expected[name] ?? 0) + requests;
        await tells(expected);
      }
    }), { numRuns: 6 });
  }, 180_000);
});
