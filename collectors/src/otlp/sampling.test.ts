import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxSampleWeight, sampleWeight } from './sampling.ts';
import { configuredMultiplier, namedMultiplier, usualSampling } from './sampling-sources.ts';

it.each([
  ['ot=th:0', 1],
  ['ot=th:8', 2],
  ['ot=th:c', 4],
  ['ot=th:e6666666666668', 10],
  ['ot=th:fd70a', 0x100000 / (0x100000 - 0xfd70a)],
  ['rojo=00f067aa0ba902b7,ot=rv:abcdef01234567;th:c', 4],
  [' ot=th:8 ', 2],
])('reads %s', (traceState, weight) => {
  expect(sampleWeight(traceState).weight).toBeCloseTo(weight, 9);
});

it.each(['', 'rojo=1', 'ot=', 'ot=rv:abcdef01234567', 'xot=th:8'])('takes «%s» for unsampled', (traceState) => {
  expect(sampleWeight(traceState)).toEqual({ weight: 1, faults: [] });
});

it.each(['ot=th:', 'ot=th:C', 'ot=th:123456789012345', 'ot=th:8x'])('names what is wrong with «%s», and goes by what else is said', (traceState) => {
  const faults = ['tracestate ot=th is malformed: not taken'];
  expect([sampleWeight(traceState), sampleWeight(traceState, '20', 7), sampleWeight(traceState, '', 7)]).toEqual([{ weight: 1, faults }, { weight: 20, faults }, { weight: 7, faults }]);
});

it.each([['1', 1], ['20', 20], ['1.5', 1.5], ['1048576', maxSampleWeight]])('a multiplier of %s', (text, weight) => {
  expect(sampleWeight('', text, 7)).toEqual({ weight, faults: [] });
  expect(sampleWeight('ot=th:8', text, 7)).toEqual({ weight: 2, faults: [] });
});

it.each(['0', '0.01', '-1', 'NaN', 'Infinity', '1e3', ' 2', '1048577', '99999999999999999999', '20x', '0x10'])('a multiplier of «%s» is not taken', (text) => {
  expect(sampleWeight('', text, 7)).toEqual({ weight: 7, faults: ['sampling multiplier is not a number from 1 to 1048576: not taken'] });
});

it('the configured multiplier is that of the service, of its namespace first', () => {
  const sampling = { ...usualSampling, services: [{ service: 'web', multiplier: 10 }, { service: 'web', namespace: 'shop', multiplier: 50 }] };
  const of = (...attributes: [string, string][]): number => configuredMultiplier(sampling, new Map(attributes));
  expect([of(['service.name', 'web']), of(['service.name', 'web'], ['k8s.namespace.name', 'shop']), of(['service.name', 'web'], ['service.namespace', 'pay']), of(['service.name', 'orders']), of()]).toEqual([10, 50, 10, 1, 1]);
  expect([namedMultiplier(sampling, new Map([['SampleRate', '4']])), namedMultiplier(sampling, new Map())]).toEqual(['4', '']);
});

it('never stands for less than itself, nor for a whole mesh', () => {
  expect(sampleWeight('ot=th:ffffffffffffff').weight).toBe(maxSampleWeight);
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 56n) - 1n }), (threshold) => {
    const { weight } = sampleWeight(`ot=th:${threshold.toString(16).padStart(14, '0')}`);
    expect(weight).toBeGreaterThanOrEqual(1);
    expect(weight).toBeCloseTo(Math.min(maxSampleWeight, 1 / (1 - Number(threshold) / 2 ** 56)), 6);
  }));
});
