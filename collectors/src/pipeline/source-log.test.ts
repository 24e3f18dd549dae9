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

function memory() {
  const reports: SourceReport[] = [], rejections: Rejection[] = [];
  let down = false;
  return {
    reports, rejections,
    setDown: (value: boolean) => (down = value),
    writer: {
      sourceReports: (rows: readonly SourceReport[]) => (down ? Promise.reject(new Error('down')) : Promise.resolve(void reports.push(...rows))),
      rejections: (rows: readonly Rejection[]) => (down ? Promise.reject(new Error('down')) : Promise.resolve(void rejections.push(...rows))),
    },
  };
}

it('adds up one row for each target and keeps the newest state', async () => {
  const store = memory();
  const log = createSourceLog(store.writer, () => {});
  log.report(report());
  log.report(report({ timeMs: 2000, up: 0, error: 'refused', newestMs: 800, samples: 0 }));
  log.report(report({ target: 'http://b' }));
  await log.stop();
  expect(store.reports).toHaveLength(2);
  expect(store.reports[0]).toMatchObject({ received: 6, stored: 4, rejected: 2, up: 0, samples: 0, seriesAdded: 2, error: 'refused', newestMs: 900, timeMs: 2000 });
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
  expect(store.reports).toMatchObject([{ received: 6 }]);
  expect(store.rejections).toMatchObject([{ count: 5 }]);
});

it('is bounded: targets and reasons beyond the bound join `_other` and their counts still add up', async () => {
  const store = memory();
  const log = createSourceLog(store.writer, () => {}, { maxTargets: 2, maxReasons: 2 });
  for (let i = 0; i < 50; i++) {
    log.report(report({ target: `http://${i}` }));
    log.reject(rejection({ reason: `reason ${i}` }));
  }
  await log.stop();
  expect(store.reports.length).toBeLessThanOrEqual(3);
  expect(store.reports.reduce((sum, row) => sum + row.received, 0)).toBe(150);
  expect(store.rejections.length).toBeLessThanOrEqual(3);
  expect(store.rejections.reduce((sum, row) => sum + row.count, 0)).toBe(50);
});
