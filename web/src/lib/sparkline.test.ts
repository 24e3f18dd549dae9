import { expect, it } from 'vitest';
import { newest, spark, topOf } from './sparkline.ts';

it('leaves a gap where nothing was measured', () => {
  const { line } = spark([0, 10, 20, 30], [1, null, 1, 2], { from: 0, to: 30 }, 2, 90, 20);
  expect(line.match(/M/g)).toHaveLength(2);
});
it('scales several series alike', () => expect(topOf([[1, null], [4]], 2)).toBe(4));
it('never scales noise up to the full height', () => expect(topOf([[0.001]], 1)).toBe(1));
it('knows the newest measured value', () => expect([newest([1, 2, null]), newest([null])]).toEqual([2, null]));
