import { expect, it } from 'vitest';
import { deltaQuery } from './delta-query.ts';

it('reads two windows or a time to look around', () => {
  expect(deltaQuery({ beforeFrom: '1', beforeTo: '2', afterFrom: '3', type: 'app', namespaces: 'a,,b' })).toEqual({
    windows: { before: { from: 1, to: 2 }, after: { from: 3, to: null }, around: null }, input: { type: 'app', namespaces: ['a', 'b'] },
  });
  expect(deltaQuery({ eventId: 'e' }).windows).toEqual({ before: null, after: null, around: { time: null, eventId: 'e', length: 900, margin: 0 } });
  expect(deltaQuery({ time: '5', length: '60', margin: '7' }).windows.around).toEqual({ time: 5, eventId: null, length: 60, margin: 7 });
});

it.each([[{ befor: '1' }], [{ beforeFrom: ['1', '2'] }]])('refuses %j', (query) => {
  expect(() => deltaQuery(query)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error);
});

it('leaves what is no number to the window check', () => {
  expect(deltaQuery({ beforeFrom: 'yesterday', beforeTo: '2' }).windows.before).toEqual({ from: Number.NaN, to: 2 });
});
