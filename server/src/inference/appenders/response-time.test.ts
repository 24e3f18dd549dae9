import { expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { ResponseTime } from '../graph.ts';
import { orders, reviews1, row, web } from '../row-fixture.ts';
import type { RowSpec } from '../row-fixture.ts';
import { graphOf } from './inventory-fixture.ts';
import { responseTime } from './response-time.ts';

const timed = (spec: RowSpec, index: number, count: number, sumMs: number) =>
  row({ ...spec, requests: count, latency: new Map([[index, count]]), latencySumMs: sumMs, measured: Measured.requests | Measured.latency });
const timesOf = (rows: Parameters<typeof graphOf>[0]): (ResponseTime | null | undefined)[] =>
  graphOf(rows, { view: { addToEdge: (edge) => ({ responseTime: responseTime(edge) }) } }).edges.map((edge) => edge.responseTime);

it('is the destination’s where it has one, else the source’s, never both', () => {
  const seenByBoth = [timed({ from: web, to: orders }, 3, 10, 40), timed({ from: web, to: orders, side: 'source' }, 9, 10, 4_000)];
  expect(timesOf(seenByBoth)).toMatchObject([{ side: 'destination', averageMs: 4 }]);
  expect(timesOf(seenByBoth.slice(1))).toMatchObject([{ side: 'source', averageMs: 400 }]);
});

it('adds histograms before it takes a quantile', () => {
  const [time] = timesOf([timed({ from: web, to: orders, service: 'a' }, 2, 95, 95), timed({ from: web, to: orders, service: 'b' }, 8, 5, 500)]);
  const [slow] = timesOf([timed({ from: web, to: orders }, 8, 5, 500)]);
  const [fast] = timesOf([timed({ from: web, to: orders }, 2, 95, 95)]);
  expect(time!.averageMs).toBeCloseTo(5.95);
  expect(time!.p50Ms!).toBeLessThanOrEqual(fast!.p99Ms!);
  expect(time!.p99Ms!).toBeGreaterThan(fast!.p99Ms!);
  expect(time!.p99Ms!).toBeLessThanOrEqual(slow!.p99Ms!);
});

it('is not made up where nobody measured latency', () => {
  expect(timesOf([row({ from: web, to: reviews1, requests: 3 })])).toEqual([null]);
});
