import { expect, it } from 'vitest';
import { operationSeconds } from './edge-operations.ts';

const minute = 1_800_000_000;
const window = (from: number, to: number) => ({ window: { from: minute + from, to: minute + to, step: 10 as const }, coveredSeconds: to - from });

it('is all the minutes that a past window touches', () => {
  expect(operationSeconds('proxy', window(0, 300), minute + 9_000)).toBe(300);
  expect(operationSeconds('proxy', window(30, 310), minute + 9_000)).toBe(360);
  expect(operationSeconds('trace', window(30, 310), minute + 9_000)).toBe(360);
});

it('ends now for what proxies tell, and with the last minute that is over for spans', () => {
  expect(operationSeconds('proxy', window(0, 310), minute + 303)).toBe(303);
  expect(operationSeconds('trace', window(0, 310), minute + 303)).toBe(240);
  expect(operationSeconds('trace', window(0, 310), minute + 331)).toBe(300);
});

it('begins where the data of the window does, and is never nothing', () => {
  expect(operationSeconds('proxy', { ...window(0, 300), coveredSeconds: 100 }, minute + 300)).toBe(100);
  expect(operationSeconds('trace', window(0, 20), minute + 15)).toBe(1);
});
