import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qValues } from './benjamini-hochberg.ts';
import { designEffect } from './design-effect.ts';
import { allOnOneSide, binomialExact, fisherExact } from './exact.ts';
import { compareLatencies } from './mann-whitney.ts';
import { compareProportions } from './proportions.ts';
import { compareMeans, compareRates } from './rates.ts';
import { incompleteBeta, logGamma, studentTail } from './special.ts';

describe('special functions', () => {
  it('match known values', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(incompleteBeta(0.5, 2, 3)).toBeCloseTo(11 / 16, 12);
  });
  it.each([[12.7062, 1, 0.05], [2.2281, 10, 0.05], [2.7500, 30, 0.01], [1.95996, 1e6, 0.05], [3.2905, 1e6, 0.001]])('the tail of t = %f with %i degrees of freedom is %f', (t, df, p) => {
    expect(studentTail(t, df)).toBeCloseTo(p, 4);
    expect(studentTail(-t, df)).toBe(studentTail(t, df));
  });
});

describe('exact tests', () => {
  it('know the lady who tasted tea', () => {
    expect(fisherExact(3, 4, 1, 4)).toBeCloseTo(34 / 70, 10);
    expect(fisherExact(4, 4, 0, 4)).toBeCloseTo(2 / 70, 10);
  });
  it('walk over the few among the many', () => {
    expect(fisherExact(0, 1_000_000, 12, 1_000_000)).toBeCloseTo(2 * 0.5 ** 12, 6);
    expect(fisherExact(1_000_000, 1_000_000, 999_988, 1_000_000)).toBeCloseTo(2 * 0.5 ** 12, 6);
  });
  it('binomial: sums what is no likelier', () => {
    expect(binomialExact(2, 10, 0.5)).toBeCloseTo(112 / 1024, 10);
    expect(binomialExact(0, 3, 0.1)).toBeCloseTo(1, 10);
  });
  it('all active steps on one side', () => {
    expect(allOnOneSide(1, 10, 10)).toBeCloseTo(0.5, 10);
    expect(allOnOneSide(3, 3, 3)).toBeCloseTo(1 / 20, 10);
  });
});

describe('design effect', () => {
  it('is 1 for steps that agree and the burst size for one burst', () => {
    const share = (hits: number[]) => designEffect([{ numerators: hits, denominators: hits.map(() => 100), variance: 0.05 * 0.95 }]);
    expect(share([5, 5, 5, 5, 5, 5, 5, 5, 5, 5])).toBe(1);
    expect(share([0, 0, 0, 0, 0, 50, 0, 0, 0, 0])).toBeGreaterThan(40);
  });
});

describe('tests of two windows', () => {
  const even = (each: number, steps = 15): number[] => Array.from({ length: steps }, () => each);
  it('a steady rise of failures is one, a burst of as many is not', () => {
    const trials = even(100);
    const before = { hits: even(1), trials };
    expect(compareProportions(before, { hits: even(4), trials })).toBeLessThan(1e-4);
    expect(compareProportions(before, { hits: [60, ...even(0, 14)], trials })).toBeGreaterThan(0.05);
  });
  it('a half of the window that fails is one', () => {
    const trials = even(100, 20);
    expect(compareProportions({ hits: even(0, 20), trials }, { hits: [...even(0, 10), ...even(30, 10)], trials })).toBeLessThan(1e-4);
  });
  it('rates: equal counts are equal, uneven ones need more', () => {
    expect(compareRates(even(100), 60, even(100), 60)).toBe(1);
    expect(compareRates(even(100), 60, even(130), 60)).toBeLessThan(1e-6);
    const uneven = (k: number): number[] => even(0).map((_, i) => (i % 3 === 0 ? 3 * k : 0));
    expect(compareRates(uneven(100), 60, uneven(130), 60)).toBeGreaterThan(0.2);
    expect(compareRates(even(100), 60, even(50), 30)).toBe(1);
  });
  it('few events are tested exactly', () => {
    expect(compareRates([1, 0, 1, 0, 1, 0], 60, [0, 1, 0, 1, 0, 1], 60)).toBe(1);
    expect(compareRates(even(0, 6), 60, even(2, 6), 60)).toBeCloseTo(2 * 0.5 ** 12, 8);
  });
  it('means, as Welch has them', () => {
    expect(compareMeans([1, 2, 3], 1, [3, 4, 5], 1)).toBeCloseTo(0.0705, 4); // t = 2.449 with 4 degrees of freedom
    expect(compareMeans([10, 20, 30], 10, [3, 4, 5], 1)).toBeCloseTo(0.0705, 4);
  });
  it('latencies: the chance to be slower, ties half', () => {
    const { superiority, pValue } = compareLatencies(even(0).map(() => [10, 20, 0]), even(0).map(() => [0, 20, 10]));
    expect(superiority).toBeCloseTo(7 / 9, 12); // 1/3·2/3 slower by a bucket, 1/3·1 in the last, half of the ties 4/9
    expect(pValue).toBeLessThan(1e-9);
    expect(compareLatencies([[5, 5]], [[5, 5]]).pValue).toBe(1);
  });
});

it('q-values never fall below their p-values, keep their order and reject what Benjamini and Hochberg did', () => {
  const p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
  expect(qValues(p).filter((q) => q <= 0.05)).toHaveLength(4);
  expect(qValues([0.01], 100)).toEqual([1]);
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (values) => {
    const q = qValues(values);
    values.forEach((value, i) => {
      expect(q[i]).toBeGreaterThanOrEqual(value);
      values.forEach((other, j) => { if (value < other) expect(q[i]).toBeLessThanOrEqual(q[j]!); });
    });
  }));
});
