import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Rejection, SourceReport } from '../model/source-report.ts';
import { createSourceLog } from './source-log.ts';

const report = (change: Partial<SourceReport> = {}): SourceReport => ({
  tenant: 't', timeMs: 1000, source: 'scrape', feed: 'scrape:istio', target: 'http://a', received: 3, stored: 2, rejected: 1, dropped: 0,
  lostUpstream: 0, up: 1, durationMs: 5, samples: 3, seriesAdded: 1, newestMs: 900, error: '', ...change,
});
const rejection = (change: Partial<Rejection> = {}): Rejection => ({
  tenant: 't', timeMs: 1000, source: 'scrape', feed: 'scrape:istio', target: 'http://a', reason: 'bad line', count: 1, sample: 'x', ...change,
});

/** What becomes of a write: stored; refused; stored with the answer lost; refused for ever. */
type Fate = 'store' | 'refuse' | 'storeAndFail' | 'never';

/** A store that keeps a block once for each token, as ClickHouse does. */
function memory(fates: Fate[] = []) {
  const reports = new Map<string, readonly SourceReport[]>(), rejections = new Map<string, readonly Rejection[]>();
  let down = false;
  const write = <T>(blocks: Map<string, readonly T[]>, rows: readonly T[], token: string): Promise<void> => {
    const fate = down ? 'refuse' : fates.shift() ?? 'store';
    if (fate.startsWith('store') && !blocks.has(token)) blocks.set(token, rows);
    return fate === 'store' ? Promise.resolve() : Promise.reject(Object.assign(new Error(fate), { permanent: fate === 'never' }));
  };
  return {
    reports: () => [...reports.values()].flat(),
    rejections: () => [...rejections.values()].flat(),
    setDown: (value: boolean) => (down = value),
    writer: {
      sourceReports: (rows: readonly SourceReport[], token: string) => write(reports, rows, token),
      rejections: (rows: readonly Rejection[], token: string) => write(rejections, rows, token),
    },
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

it('adds up one row for each target and keeps the newest state', async () => {
  const store = memory();
  const log = createSourceLog(store.writer, () => {});
  log.report(report());
  log.report(report({ timeMs: 2000, up: 0, error: 'refused', newestMs: 800, samples: 0 }));
  log.report(report({ target: 'http://b' }));
  await log.stop();
  expect(store.reports()).toHaveLength(2);
  expect(store.reports()[0]).toMatchObject({ received: 6, stored: 4, rejected: 2, up: 0, samples: 0, seriesAdded: 2, error: 'refused', newestMs: 900, timeMs: 2000 });
});

it('keeps counting while the store is down and loses no count', async () => {
  const store = memory();
  const errors: unknown[] = [];
  const log = createSourceLog(store.writer, (error) => errors.push(error));
  store.setDown(true);
  log.report(report());
  log.reject(rejection());
  await log.flush();
  log.report(report());
  log.reject(rejection({ count: 4 }));
  store.setDown(false);
  await log.stop();
  expect(errors).toHaveLength(2);
  expect(store.reports()).toMatchObject([{ received: 3 }, { received: 3 }]);
  expect(store.rejections()).toMatchObject([{ count: 1 }, { count: 4 }]);
});

it('counts once what was stored though its answer was lost, and what comes meanwhile apart from it', async () => {
  const store = memory(['storeAndFail']);
  const log = createSourceLog(store.writer, () => {});
  log.report(report());
  await log.flush();
  log.report(report({ timeMs: 2000 }));
  log.report(report({ timeMs: 3000 }));
  await log.stop();
  expect(store.reports()).toMatchObject([{ timeMs: 1000, received: 3 }, { timeMs: 3000, received: 6 }]);
});

it('stores every count once, whatever becomes of each write', async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(fc.constantFrom('report' as const, 'reject' as const, 'flush' as const), fc.nat(3)), { maxLength: 60 }),
    fc.array(fc.constantFrom<Fate>('store', 'refuse', 'storeAndFail'), { maxLength: 40 }),
    async (steps, fates) => {
      const store = memory(fates);
      const log = createSourceLog(store.writer, () => {});
      let received = 0, rejected = 0;
      for (const [step, i] of steps) {
        if (step === 'flush') await log.flush();
        if (step === 'report') {
          log.report(report({ target: `http://${i}` }));
          received += 3;
        }
        if (step === 'reject') {
          log.reject(rejection({ reason: `reason ${i}` }));
          rejected++;
        }
      }
      while (fates.length > 0) {
        log.report(report());
        received += 3;
        await log.flush();
      }
      await log.stop();
      expect(sum(store.reports().map((row) => row.received))).toBe(received);
      expect(sum(store.rejections().map((row) => row.count))).toBe(rejected);
    },
  ));
});

it('gives up a batch that is never taken, and says so', async () => {
  const store = memory(['never']);
  const errors: unknown[] = [];
  const log = createSourceLog(store.writer, (error) => errors.push(error));
  log.report(report());
  await log.flush();
  log.report(report({ timeMs: 2000 }));
  await log.stop();
  expect(errors).toHaveLength(1);
  expect(store.reports()).toMatchObject([{ timeMs: 2000, received: 3 }]);
});

it('is bounded: targets and reasons beyond the bound join `_other` and their counts still add up', async () => {
  const store = memory();
  const log = createSourceLog(store.writer, () => {}, { maxTargets: 2, maxReasons: 2 });
  for (let i = 0; i < 50; i++) {
    log.report(report({ target: `http://${i}` }));
    log.reject(rejection({ reason: `reason ${i}` }));
  }
  await log.stop();
  expect(store.reports().length).toBeLessThanOrEqual(3);
  expect(sum(store.reports().map((row) => row.received))).toBe(150);
  expect(store.rejections().length).toBeLessThanOrEqual(3);
  expect(sum(store.rejections().map((row) => row.count))).toBe(50);
});

it('stays bounded while the store is away', async () => {
  const store = memory();
  const log = createSourceLog(store.writer, () => {}, { maxTargets: 2 });
  store.setDown(true);
  for (let i = 0; i < 50; i++) {
    log.report(report({ target: `http://${i}` }));
    await log.flush();
  }
  store.setDown(false);
  await log.stop();
  expect(store.reports().length).toBeLessThanOrEqual(6);
  expect(sum(store.reports().map((row) => row.received))).toBe(150);
});
