import { expect, it } from 'vitest';
import { watchJobs, watchLiveGraphs, watchQueues } from './gauges.ts';
import { createMetrics } from './metrics.ts';
import { observeSourceLog } from './observed-source-log.ts';

const report = {
  tenant: 'default', timeMs: 0, source: 'otlp-grpc', feed: 'otlp', target: '', received: 10, stored: 7, rejected: 2, dropped: 1, lostUpstream: 0,
  up: -1, durationMs: 0, samples: 0, seriesAdded: 0, newestMs: 0, error: '',
} as const;

it('exposes names that promtool accepts: help for all, units in base, _total for counters alone', async () => {
  const metrics = createMetrics();
  watchQueues(metrics, () => ({ spans: { queuedRows: 2, queuedBytes: 3, writtenBlocks: 4, retries: 5, overloads: 6 } }));
  watchJobs(metrics, () => [{ name: 'tiers', leading: true, durationMs: 10, lagSeconds: 1, pending: 0, failures: 7 }]);
  watchLiveGraphs(metrics, { subscribers: 1, inputs: 1 });
  const text = await metrics.registry.metrics();
  const help = new Map([...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, words]) => [name, words]));
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
  expect(types.length).toBeGreaterThan(20);
  for (const { name, type } of types) {
    expect(help.get(name), name).toMatch(/\S/);
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(name).not.toMatch(/_(milliseconds|ms|kilobytes|mb|percent)(_|$)/);
    expect(name).not.toMatch(/_(counter|gauge|histogram|summary)$/);
  }
});

it('reads figures of queues and jobs anew at each scrape, and never adds one reading to another', async () => {
  const metrics = createMetrics();
  let written = 4;
  watchQueues(metrics, () => ({ spans: { queuedRows: 2, queuedBytes: 3, writtenBlocks: written, retries: 5, overloads: 6 } }));
  watchJobs(metrics, () => [{ name: 'tiers', leading: true, durationMs: 10, lagSeconds: 1, pending: 0, failures: 7 }]);
  await metrics.registry.metrics();
  written = 9;
  const text = await metrics.registry.metrics();
  for (const line of [
    'orrery_ingest_queue_rows{lane="spans"} 2', 'orrery_ingest_blocks_total{lane="spans"} 9', 'orrery_ingest_block_retries_total{lane="spans"} 5',
    'orrery_ingest_pushed_back_total{lane="spans"} 6', 'orrery_job_failures_total{job="tiers"} 7', 'orrery_job_leading{job="tiers"} 1',
  ]) expect(text).toContain(`${line}\n`);
});

it('counts what sources report, with feeds bounded', async () => {
  const metrics = createMetrics();
  const passed: unknown[] = [];
  const log = observeSourceLog({ report: (row) => passed.push(row), reject: () => undefined }, metrics);
  log.report(report);
  log.report(report);
  const text = await metrics.registry.metrics();
  expect(passed).toHaveLength(2);
  expect(text).toContain('orrery_ingest_received_total{source="otlp-grpc",feed="otlp"} 20');
  expect(text).toContain('orrery_ingest_dropped_total{source="otlp-grpc",feed="otlp"} 2');
  for (let i = 0; i < 1000; i++) log.report({ ...report, feed: `f${i}` });
  const { values } = await metrics.ingest.received.get();
  expect(values.length).toBeLessThanOrEqual(501);
  expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(10 * 1002);
});
