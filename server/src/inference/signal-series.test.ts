import { expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { spanLayout } from '@orrery/collectors/model/latency-layout';
import type { EdgeBucket } from './ports.ts';
import { orders, row, t0, web, type RowSpec } from './row-fixture.ts';
import { signalSeries } from './signal-series.ts';

const window = { from: t0, to: t0 + 40, step: 10 as const };
const at = (bucket: number, spec: Partial<RowSpec>): EdgeBucket => ({ ...row({ from: web, to: orders, ...spec, firstBucket: bucket, lastBucket: bucket }), bucket });

it('adds what never left the source to the destination, bucket by bucket', () => {
  const series = signalSeries([
    at(t0, { responses: { 'http 200 -': 10 } }),
    at(t0 + 10, { responses: { 'http 200 -': 20 } }),
    at(t0 + 10, { side: 'source', responses: { 'http 200 -': 20, 'http 503 UO': 5 } }),
  ], window);
  expect(series.time).toEqual([t0, t0 + 10, t0 + 20, t0 + 30]);
  expect(series.requestsPerSecond).toEqual([1, 2.5, null, null]);
  expect(series.errorsPerSecond).toEqual([0, 0.5, null, null]);
});

it('never changes its teller in the middle of a window', () => {
  const series = signalSeries([
    at(t0, { responses: { 'http 200 -': 10 } }),
    at(t0 + 10, { instrument: 'trace', feed: 'otlp', requests: 500, measured: Measured.requests | Measured.latency, layout: spanLayout, latency: new Map([[5, 500]]) }),
    at(t0 + 20, { feed: 'scrape:b', responses: { 'http 200 -': 9 } }),
  ], window);
  expect(series.requestsPerSecond).toEqual([1, null, null, null]);
  expect(series.p99Ms[1]).toBeGreaterThan(0.6);
});

it('tells what callers got beside what was served, and nothing of callers who told nothing', () => {
  const served = [at(t0, { responses: { 'http 200 -': 100 } }), at(t0 + 10, { responses: { 'http 200 -': 80 } })];
  expect(signalSeries(served, window).callers).toBeNull();
  const { errorsPerSecond, callers } = signalSeries([...served, at(t0, { side: 'source', responses: { 'http 200 -': 100 } }), at(t0 + 10, { side: 'source', responses: { 'http 200 -': 80, 'http 503 UC': 20 } })], window);
  expect(errorsPerSecond).toEqual([0, 0, null, null]);
  expect(callers).toEqual({ errorRatio: 0.1, errorRatios: [0, 0.2, null, null] });
});

it('counts what callers alone saw beside the requests in every bucket, as in the window', () => {
  const { requestsPerSecond, errorsPerSecond, p99Ms, callers } = signalSeries([
    at(t0, { responses: { 'http 200 -': 100 } }), at(t0, { side: 'source', responses: { 'http 200 -': 100 } }),
    at(t0 + 10, { side: 'source', responses: { 'http 503 UC': 20 } }),
    at(t0 + 20, { side: 'source', responses: { 'http 503 UC': 20, 'http 503 UH': 10 } }),
  ], window);
  expect(requestsPerSecond).toEqual([10, 0, 1, null]);
  expect(errorsPerSecond).toEqual([0, 0, 1, null]);
  expect(p99Ms.slice(1)).toEqual([null, null, null]);
  expect(callers).toEqual({ errorRatio: 50 / 150, errorRatios: [0, 1, 1, null] });
});
