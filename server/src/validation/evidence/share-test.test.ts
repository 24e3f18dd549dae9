import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testShare } from './share-test.ts';

const even = (each: number, steps = 20): number[] => Array.from({ length: steps }, () => each);

describe('a share against the configured one', () => {
  it('differs where it steadily differs', () => {
    const { share, interval, pValue } = testShare({ hits: even(38), trials: even(100) }, 0.1);
    expect(share).toBeCloseTo(0.38, 12);
    expect(interval[0]).toBeGreaterThan(0.35);
    expect(interval[1]).toBeLessThan(0.41);
    expect(pValue).toBeLessThan(1e-12);
  });

  it('does not differ by chance, nor by one burst', () => {
    expect(testShare({ hits: even(10), trials: even(100) }, 0.1).pValue).toBeCloseTo(1, 6);
    expect(testShare({ hits: [...even(5, 19), 100], trials: even(100) }, 0.05).pValue).toBeGreaterThan(0.05);
  });

  it('is exact where little is expected: eight of ten heads', () => {
    expect(testShare({ hits: [8], trials: [10] }, 0.5).pValue).toBeCloseTo(112 / 1024, 10);
    expect(testShare({ hits: [0], trials: [0] }, 0.5)).toEqual({ share: 0, interval: [0, 1], pValue: 1 });
    expect([testShare({ hits: [1], trials: [9] }, 0).pValue, testShare({ hits: [0], trials: [9] }, 0).pValue]).toEqual([0, 1]);
  });

  it('lies within its interval', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (steps, expected) => {
      const hits = steps.map(([hit]) => hit), trials = steps.map(([hit, miss]) => hit + miss);
      const { share, interval, pValue } = testShare({ hits, trials }, expected);
      expect(interval[0]).toBeLessThanOrEqual(share + 1e-12);
      expect(interval[1]).toBeGreaterThanOrEqual(share - 1e-12);
      expect(pValue).toBeGreaterThanOrEqual(0);
      expect(pValue).toBeLessThanOrEqual(1 + 1e-9);
    }));
  });
});
