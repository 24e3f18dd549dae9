import { pino } from 'pino';
import { expect, it } from 'vitest';
import { stopInOrder } from './stop-in-order.ts';

const logger = pino({ level: 'silent' });

it('stops one part after another, whatever happens to one of them', async () => {
  const order: string[] = [];
  const clean = await stopInOrder([
    { name: 'a', withinMs: 1000, run: async () => { await Promise.resolve(); order.push('a'); } },
    { name: 'fails', withinMs: 1000, run: () => Promise.reject(new Error('no')) },
    { name: 'hangs', withinMs: 5, run: () => new Promise(() => undefined) },
    { name: 'b', withinMs: 1000, run: () => { order.push('b'); } },
  ], logger);
  expect({ order, clean }).toEqual({ order: ['a', 'b'], clean: false });
  expect(await stopInOrder([{ name: 'a', withinMs: 1000, run: () => undefined }], logger)).toBe(true);
});
