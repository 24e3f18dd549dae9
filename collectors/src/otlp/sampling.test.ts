import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxSampleWeight, sampleWeight } from './sampling.ts';

it.each([
  ['ot=th:0', 1],
  ['ot=th:8', 2],
  ['ot=th:c', 4],
  ['ot=th:e6666666666668', 10],
  ['ot=th:fd70a', 0x100000 / (0x100000 - 0xfd70a)],
  ['rojo=00f067aa0ba902b7,ot=rv:abcdef01234567;th:c', 4],
  [' ot=th:8 ', 2],
])('reads %s', (traceState, weight) => {
  expect(sampleWeight(traceState)).toBeCloseTo(weight, 9);
});

it.each(['', 'rojo=1', 'ot=', 'ot=th:', 'ot=th:C', 'ot=th:123456789012345', 'ot=rv:abcdef01234567', 'xot=th:8', 'ot=th:8x'])('takes «%s» for unsampled', (traceState) => {
  expect(sampleWeight(traceState)).toBe(1);
});

it('never stands for less than itself, nor for a whole mesh', () => {
  expect(sampleWeight('ot=th:ffffffffffffff')).toBe(maxSampleWeight);
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 56n) - 1n }), (threshold) => {
    const weight = sampleWeight(`ot=th:${threshold.toString(16).padStart(14, '0')}`);
    expect(weight).toBeGreaterThanOrEqual(1);
    expect(weight).toBeCloseTo(Math.min(maxSampleWeight, 1 / (1 - Number(threshold) / 2 ** 56)), 6);
  }));
});
