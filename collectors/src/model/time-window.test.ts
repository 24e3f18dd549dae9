import { describe, expect, it } from 'vitest';
import { bucketOf, tierTtl, timeWindow } from './time-window.ts';

const now = 1_800_000_000;

describe('timeWindow', () => {
  it.each([
    [300, 10],
    [600, 10],
    [3600, 60],
    [86_400, 3600],
    [14 * 86_400, 3600],
  ])('answers a live window of %i s from the %i s tier', (length, step) => {
    expect(timeWindow(now - length, now, now).step).toBe(step);
  });

  it('leaves a tier that no longer holds the beginning of the window', () => {
    const from = now - tierTtl[10] - 60;
    expect(timeWindow(from, from + 300, now).step).toBe(60);
    const older = now - tierTtl[60] - 60;
    expect(timeWindow(older, older + 3600, now).step).toBe(600);
  });

  it('snaps outwards to whole buckets', () => {
    expect(timeWindow(now - 295, now + 3, now)).toEqual({ from: now - 300, to: now + 10, step: 10 });
  });

  it('refuses a window that does not end after it begins', () => {
    expect(() => timeWindow(now, now, now)).toThrow(RangeError);
    expect(() => timeWindow(Number.NaN, now, now)).toThrow(RangeError);
  });
});

it('bucketOf gives the start of the bucket', () => {
  expect(bucketOf(now + 9.99)).toBe(now);
  expect(bucketOf(now + 61, 60)).toBe(now + 60);
});
