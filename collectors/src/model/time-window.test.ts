import { describe, expect, it } from 'vitest';
import { bucketOf, liveWindow, nextWindow, tierTtl, timeWindow } from './time-window.ts';

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

it('begins live windows of five minutes or more with a whole minute, and only those', () => {
  const at = now + 47;
  expect([liveWindow(300, at), liveWindow(290, at)]).toEqual([{ from: now - 300, to: now + 50, step: 10 }, { from: now - 250, to: now + 50, step: 10 }]);
  expect(liveWindow(300, at + 14)).toEqual({ from: now - 240, to: now + 70, step: 10 });
  expect(liveWindow(3_600, at)).toEqual({ from: now - 3_600, to: now + 60, step: 60 });
});

it('moves a live window on by what is read anew', () => {
  expect([liveWindow(300, now), liveWindow(60, now), liveWindow(3_600, now)].map(nextWindow)).toEqual([
    { from: now - 240, to: now + 10, step: 10 }, { from: now - 50, to: now + 10, step: 10 }, { from: now - 3_540, to: now + 60, step: 60 },
  ]);
});

it('bucketOf gives the start of the bucket', () => {
  expect(bucketOf(now + 9.99)).toBe(now);
  expect(bucketOf(now + 61, 60)).toBe(now + 60);
});
