import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgeTraffic, Measured } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { envoyLayout } from '@orrery/collectors/model/latency-layout';
import { timeWindow } from '@orrery/collectors/model/time-window';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import { bucketRange, coveredSeconds } from '../inference/measure-graph.ts';
import { openTestStore, untilIdle, type TestStore } from '../jobs/engine-fixture.ts';
import { createRollUpJob } from '../jobs/roll-up-tiers.ts';
import { createBundleWriter } from '../writers/bundle-writer.ts';
import { readBundlePieces } from './bundle-reader.ts';
import { createTrafficReader } from './traffic-reader.ts';

/** One request a second for hours, of which a bundle holds some; its lookback begins in the middle of an hour, of ten minutes and of a minute. */
const tenant = 't', all = { tenant, namespaces: null };
const began = Math.floor(Date.now() / 3_600_000) * 3600 - 4 * 3600;
const lookback = 1_800, from = began + 3600 + 52 * 60 + 30 + lookback, to = from + 1_220, recordedAtMs = (began + 4 * 3600) * 1000;
let live: TestStore, replay: TestStore, replayOfLate: TestStore;

beforeAll(async () => {
  [live, replay, replayOfLate] = [await openTestStore(), await openTestStore(), await openTestStore()];
  const edge = { source: workload('c', 'shop', 'web'), destination: workload('c', 'shop', 'orders'), service: 'orders.shop.svc.cluster.local', serviceGuessed: false, port: 80 };
  const rows = Array.from({ length: 4 * 360 }, (_, i) => edgeTraffic({
    tenant, bucket: began + i * 10, edge, instrument: 'proxy', side: 'destination', feed: 'scrape:istio', origin: 1n, measured: Measured.requests, requests: 10, layout: envoyLayout,
  }));
  await createBlockWriter(live.store).edgeTraffic(rows, 'all', 0);
  for (const step of [60, 600, 3600] as const) await untilIdle(createRollUpJob(live.store, step));
  // Rows that came so shortly before they were rolled up count as late.
  await record(replayOfLate);
  await live.store.command(sql`INSERT INTO job_progress SELECT job, seen_until, complete_until, updated_at + toIntervalHour(1) FROM job_progress FINAL`, { name: 'rolled up later' });
  await record(replay);
}, 120_000);
afterAll(async () => {
  await live?.close();
  await replay?.close();
  await replayOfLate?.close();
});

async function record({ store }: TestStore): Promise<void> {
  const writer = await createBundleWriter(store);
  for await (const piece of readBundlePieces(live.store, { tenant, from, to, lookbackSeconds: lookback })) await writer.write(piece);
}

/** What a window covers and its requests a second, as the graph tells them. */
async function told({ store }: TestStore, asked: { readonly from: number; readonly to: number }): Promise<{ readonly covered: number; readonly rps: number }> {
  const reader = createTrafficReader(store, () => recordedAtMs), now = recordedAtMs / 1000, window = timeWindow(asked.from, asked.to, now);
  const rows = await reader.edgeWindows(all, window);
  const covered = coveredSeconds(bucketRange(rows), window, now, await reader.oldestBucket(all));
  return { covered, rps: covered === 0 ? 0 : rows.reduce((sum, { requests }) => sum + requests, 0) / covered };
}

const start = from - lookback;

describe.each([['a bundle', () => replay], ['a bundle whose rows came late', () => replayOfLate]])('%s', (_name, replayed) => {
  it.each([
    ['its window', from, to], ['its window and lookback', start, to], ['a part', from + 130, to - 250], ['five minutes of its lookback', start + 10, start + 310],
  ])('tells of %s what was recorded', async (_, first, last) => {
    expect(await told(replayed(), { from: first, to: last })).toEqual(await told(live, { from: first, to: last }));
  });

  it.each([
    ['hours before', began - 20 * 3600, to], ['an hour before', start - 3600, to], ['minutes before', start - 250, to], ['seconds before', start - 20, start + 400],
    ['hours around', began, began + 4 * 3600], ['minutes after', from, to + 400], ['what lies before it alone', began + 3600, start - 60],
  ])('tells true rates of windows that reach beyond it: %s', async (_, first, last) => {
    const { covered, rps } = await told(replayed(), { from: first, to: last });
    expect([covered === 0 ? 1 : rps]).toEqual([1]);
  });
});
