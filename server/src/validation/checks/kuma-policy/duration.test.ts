import { expect, it } from 'vitest';
import { durationMs } from './duration.ts';

it.each([['1m30s', 90_000], ['250ms', 250], ['1.5h', 5_400_000], ['0s', 0], ['0', 0], ['15', undefined], ['s', undefined], ['', undefined], [5, undefined], ['1s '.repeat(50), undefined]] as const)('%j is %j ms', (written, expected) => {
  expect(durationMs(written)).toBe(expected);
});
