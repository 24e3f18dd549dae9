import { expect, it } from 'vitest';
import { letGo } from './let-go.ts';

it('gives back what arrays take, once, and leaves nothing to read', () => {
  const whole = new Float64Array([1, 2, 3]), view = whole.subarray(1), other = new Uint8Array([7]);
  letGo([whole, view, new Uint32Array(), other]);
  letGo([whole]);
  expect([whole.length, view.length, other.length]).toEqual([0, 0, 0]);
  expect(whole[0]).toBeUndefined();
});
