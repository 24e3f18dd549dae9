import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketShares, counterDelta, histogramDelta, longestSpreadMs, splitCount, sumDelta } from './counter-deltas.ts';

const value = fc.oneof(fc.nat(1_000_000), fc.double({ min: 0, max: 1e12, noNaN: true }));

describe('counterDelta', () => {
  it.each([
    [undefined, 7, 7],
    [5, 7, 2],
    [7, 7, 0],
    [7, 3, 3],
    [1.9, 2.1, 1],
  ])('from %s to %s is %s', (previous, current, delta) => {
    expect(counterDelta(previous, current)).toBe(delta);
  });

  it('gives the same total whatever scrapes are left out, and is never negative', () => {
    fc.assert(fc.property(fc.array(value, { minLength: 2 }), fc.infiniteStream(fc.boolean()), (values, keep) => {
      const ascending = values.toSorted((a, b) => a - b);
      const some = ascending.filter((_, i) => i === 0 || i === ascending.length - 1 || keep.next().value);
      expect(total(some)).toBe(total(ascending));
      for (let i = 1; i < values.length; i++) expect(counterDelta(values[i - 1], values[i]!)).toBeGreaterThanOrEqual(0);
    }));
  });
});

function total(values: readonly number[]): number {
  return values.slice(1).reduce((sum, current, i) => sum + counterDelta(values[i], current), 0);
}

it('sumDelta keeps fractions and begins anew where the sum fell', () => {
  expect(sumDelta(1.5, 4)).toBe(2.5);
  expect(sumDelta(4, 1.5)).toBe(1.5);
  expect(sumDelta(undefined, 1.5)).toBe(1.5);
});

describe('histogramDelta', () => {
  const leOf = ({ le }: { readonly le: number }): number => le;

  it('is nothing where no bucket counted', () => {
    expect(histogramDelta([{ le: 1, previous: 2, current: 2.5 }, { le: Infinity, previous: undefined, current: 0 }], leOf)).toBeNull();
    expect(histogramDelta([{ le: 1, previous: 2, current: 3 }, { le: Infinity, previous: 5, current: 5 }], leOf), 'cut to the last bucket').toBeNull();
  });

  it('takes cumulative buckets apart, in any order on the page', () => {
    expect(histogramDelta([
      { le: 5, previous: 2, current: 6 },
      { le: 1, previous: 1, current: 2 },
      { le: Infinity, previous: 2, current: 7 },
    ], leOf)).toEqual({ bounds: [1, 5, Infinity], counts: [1, 3, 1] });
  });

  it('begins anew as a whole where one bucket fell', () => {
    expect(histogramDelta([
      { le: 1, previous: 2, current: 3 },
      { le: Infinity, previous: 100, current: 10 },
    ], leOf)).toEqual({ bounds: [1, Infinity], counts: [3, 7] });
  });

  it('has no negative count and the sum of the last bucket, whatever the page says', () => {
    const bucket = fc.record({ previous: fc.option(fc.nat(1000), { nil: undefined }), current: fc.nat(1000) });
    fc.assert(fc.property(fc.array(bucket, { minLength: 1, maxLength: 8 }), (buckets) => {
      const pairs = buckets.map((one, i) => ({ ...one, le: i === buckets.length - 1 ? Infinity : i }));
      const delta = histogramDelta([...pairs], leOf)?.counts ?? [];
      const last = pairs.at(-1)!;
      const reset = pairs.some(({ previous, current }) => previous !== undefined && current < previous);
      expect(delta.every((count) => count >= 0)).toBe(true);
      expect(delta.reduce((sum, count) => sum + count, 0)).toBe(counterDelta(reset ? undefined : last.previous, last.current));
    }));
  });
});

describe('bucketShares and splitCount', () => {
  it('lays an interval over its buckets by overlap', () => {
    expect(bucketShares(1_000_005_000, 1_000_020_000)).toEqual({ buckets: [1_000_000, 1_000_010], shares: [1 / 3, 2 / 3] });
    expect(splitCount(10, [1 / 3, 2 / 3])).toEqual([3, 7]);
    expect(splitCount(1, [0.5, 0.5])).toEqual([1, 0]);
  });

  it('divides every count into whole parts with the same sum, within one of the exact share', () => {
    const interval = fc.tuple(fc.nat(2_000_000_000_000), fc.integer({ min: 1, max: longestSpreadMs }));
    fc.assert(fc.property(interval, fc.oneof(fc.nat(100), fc.nat(Number.MAX_SAFE_INTEGER)), ([from, length], count) => {
      const { buckets, shares } = bucketShares(from, from + length);
      const parts = splitCount(count, shares);
      expect(buckets[0]! * 1000).toBeLessThanOrEqual(from);
      expect(buckets.at(-1)! * 1000).toBeLessThan(from + length);
      expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
      expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(count));
      if (count < 1e9) parts.forEach((part, i) => expect(Math.abs(part - count * shares[i]!)).toBeLessThan(1.001));
    }), { numRuns: 300 });
  });

  it('tells of a long absence by the minute, but for its last hour', () => {
    const { buckets, shares } = bucketShares(25_000, 2 * 3_600_000 + 25_000);
    expect(buckets.slice(0, 3)).toEqual([20, 60, 120]);
    expect(buckets.filter((bucket) => bucket >= 3_660)).toEqual(Array.from({ length: 357 }, (_, i) => 3_660 + 10 * i));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    // No second of it carries more than another.
    buckets.forEach((bucket, i) => {
      const seconds = Math.min(7_225, buckets[i + 1] ?? Infinity) - Math.max(25, bucket);
      expect(shares[i]! / seconds).toBeCloseTo(1 / 7_200);
    });
    expect(bucketShares(0, longestSpreadMs).buckets.length).toBe(360 + 4 * 60);
  });
});
