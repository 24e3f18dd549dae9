import { expect, it } from 'vitest';
import { RecentKeys } from './recent-keys.ts';

it('never keeps more than two generations and keeps what is used', () => {
  const keys = new RecentKeys<number>(10);
  keys.set('used', -1);
  for (let i = 0; i < 1_000; i++) {
    keys.set(`k${i}`, i);
    expect(keys.get('used')).toBe(-1);
  }
  const kept = Array.from({ length: 1_000 }, (_, i) => keys.get(`k${i}`)).filter((value) => value !== undefined);
  expect(kept.length).toBeLessThanOrEqual(20);
  expect(keys.get('k999')).toBe(999);
});

it('replaces the value of a key', () => {
  const keys = new RecentKeys<string>(2);
  keys.set('a', '1');
  keys.set('a', '2');
  expect(keys.get('a')).toBe('2');
});
