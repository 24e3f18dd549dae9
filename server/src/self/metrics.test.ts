import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';
import { observeSourceLog } from './observed-source-log.ts';

const report = {
  tenant: 'default', timeMs: 0, source: 'otlp-grpc', feed: 'otlp', target: '', received: 10, stored: 7, rejected: 2, dropped: 1, lostUpstream: 0,
  up: -1, durationMs: 0, newestMs: 0, error: '',
} as const;

it('exposes names that promtool accepts: help for all, units in base, _total for counters alone', async () => {
  const metrics = createMetrics();
  metrics.gauge('orrery_test_rows', 'Rows.', ['lane'], () => [{ labels: { lane: 'a' }, value: 2 }]);
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
  expect(text).toContain('orrery_test_rows{lane="a"} 2');
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
