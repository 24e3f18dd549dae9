import { expect, it } from 'vitest';
import { bucketIndex, envoyLayout, latencyLayout, spanLayout } from './latency-layout.ts';

it('puts a value on a bound into the bucket of that bound, as `le` does', () => {
  expect(bucketIndex(envoyLayout, 0.5)).toBe(0);
  expect(bucketIndex(envoyLayout, 0.50001)).toBe(1);
  expect(bucketIndex(envoyLayout, 3_600_000)).toBe(18);
  expect(bucketIndex(envoyLayout, 3_600_001)).toBe(19);
});

it('gives equal bounds equal ids and different bounds different ones', () => {
  expect(latencyLayout([...envoyLayout.boundsMs]).id).toBe(envoyLayout.id);
  expect(latencyLayout(envoyLayout.boundsMs.slice(1)).id).not.toBe(envoyLayout.id);
  expect(spanLayout.id).not.toBe(envoyLayout.id);
});

it.each([[[2, 1]], [[1, 1]], [[0, 1]], [[1, Infinity]]])('refuses bounds %j', (bounds) => {
  expect(() => latencyLayout(bounds)).toThrow(RangeError);
});
