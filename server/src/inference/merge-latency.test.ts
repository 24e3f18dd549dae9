import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketIndex, envoyLayout, latencyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import { histogramQuantile, LatencySum } from './merge-latency.ts';

describe('histogramQuantile', () => {
  it.each([
    ['inside a bucket', 0.5, [1, 2, 4], [0, 10, 0, 0], 1.5],
    ['from 0 in the first bucket', 0.5, [1, 2, 4], [10, 0, 0, 0], 0.5],
    ['the highest finite bound for +Inf', 0.99, [1, 2, 4], [1, 0, 0, 99], 4],
    ['at a bucket’s edge', 0.5, [1, 2, 4], [5, 5, 0, 0], 1],
    ['over empty buckets', 0.75, [1, 2, 4], [5, 0, 5, 0], 3],
  ])('%s', (_, q, bounds, counts, expected) => {
    expect(histogramQuantile(q, bounds, counts, counts.reduce((a, b) => a + b, 0))).toBeCloseTo(expected);
  });
  it('is null without observations', () => {
    expect(histogramQuantile(0.5, [1, 2], [0, 0, 0], 0)).toBeNull();
  });
});

const histogram = (layout: typeof envoyLayout, values: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const ms of values) counts.set(bucketIndex(layout, ms), (counts.get(bucketIndex(layout, ms)) ?? 0) + 1);
  return counts;
};

describe('LatencySum', () => {
  it('keeps each quantile inside the bucket that holds it, also across layouts', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0.01, max: 90_000, noNaN: true }), { minLength: 1, maxLength: 60 }), fc.array(fc.double({ min: 0.01, max: 90_000, noNaN: true }), { maxLength: 60 }), (a, b) => {
      const sum = new LatencySum();
      sum.add(envoyLayout, histogram(envoyLayout, a));
      sum.add(spanLayout, histogram(spanLayout, b));
      const { q1, q2, q3, approximate } = sum.quantiles(0.5, 0.9, 0.99);
      expect(approximate).toBe(b.length > 0);
      expect(q1!).toBeLessThanOrEqual(q2!);
      expect(q2!).toBeLessThanOrEqual(q3!);
      const values = [...a, ...b].sort((x, y) => x - y);
      const low = envoyLayout.boundsMs[bucketIndex(envoyLayout, values[0]!) - 1] ?? 0;
      expect(q1!).toBeGreaterThanOrEqual(Math.min(low, spanLayout.boundsMs[bucketIndex(spanLayout, values[0]!) - 1] ?? 0) - 1e-9);
      const highest = (layout: typeof envoyLayout): number => layout.boundsMs[bucketIndex(layout, values.at(-1)!)] ?? Infinity;
      expect(q3!).toBeLessThanOrEqual(Math.max(highest(envoyLayout), highest(spanLayout)));
    }));
  });

  it('is approximate where the clocks of two hosts were compared, also as part of another sum', () => {
    const sum = new LatencySum(), all = new LatencySum(), layout = latencyLayout([1, 2]);
    sum.add(layout, new Map([[0, 5]]), true);
    all.add(layout, new Map([[0, 5]]));
    expect([sum, all].map((one) => one.quantiles(0.5, 0.9, 0.99).approximate)).toEqual([true, false]);
    all.addSum(sum);
    expect(all.quantiles(0.5, 0.9, 0.99).approximate).toBe(true);
  });

  it('starts anew after clear, and ignores counts beyond a layout', () => {
    const layout = latencyLayout([1, 2]);
    const sum = new LatencySum();
    sum.add(layout, new Map([[0, 5], [7, 5]]), true);
    expect(sum.quantiles(0.5, 0.9, 0.99).q1).toBeCloseTo(0.5);
    sum.clear();
    expect(sum.quantiles(0.5, 0.9, 0.99)).toEqual({ q1: null, q2: null, q3: null, approximate: false });
  });
});
