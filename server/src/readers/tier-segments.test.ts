import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tierSteps, tierTtl, timeWindow, type TierStep } from '@orrery/collectors/model/time-window';
import { tierSegments } from './tier-segments.ts';

const now = 1_800_000_000;

it('reads the 10 s tier alone for its own window', () => {
  expect(tierSegments({ from: now - 300, to: now, step: 10 }, new Map(), now)).toEqual([{ table: 'edge_traffic_10s', step: 10, from: now - 300, to: now }]);
});

it('takes what a roll-up has not reached from the next finer tier', () => {
  expect(tierSegments({ from: now - 3600, to: now, step: 60 }, new Map([[60, now - 120]]), now)).toEqual([
    { table: 'edge_traffic_1m', step: 60, from: now - 3600, to: now - 120 },
    { table: 'edge_traffic_10s', step: 10, from: now - 120, to: now },
  ]);
});

it('covers every second of the window exactly once, in whole buckets of each tier', () => {
  const progress = fc.record({ 60: fc.nat(5000), 600: fc.nat(50_000), 3600: fc.nat(200_000) });
  fc.assert(fc.property(fc.integer({ min: 10, max: 20 * 86_400 }), fc.nat(3600), progress, fc.boolean(), (length, age, behind, sums) => {
    const window = timeWindow(now - age - length, now - age, now);
    const reached = new Map(Object.entries(behind).map(([step, seconds]) => [Number(step) as TierStep, Math.floor((now - seconds) / Number(step)) * Number(step)]));
    const segments = tierSegments(window, reached, now, sums ? 3600 : window.step);
    expect(segments[0]!.from).toBe(window.from);
    expect(segments.at(-1)!.to).toBe(window.to);
    segments.forEach((segment, i) => {
      expect(segment.from).toBe(i === 0 ? window.from : segments[i - 1]!.to);
      expect(segment.from % segment.step).toBe(0);
      // A tier that its roll-up has not filled up to there would be read as nothing.
      if (segment.step > window.step) expect(segment.to).toBeLessThanOrEqual(reached.get(segment.step)!);
    });
  }));
});

it('never asks a finer tier for what it no longer keeps', () => {
  const window = { from: now - 10 * 86_400, to: now, step: 600 as const };
  const segments = tierSegments(window, new Map(), now);
  expect(segments.find((one) => one.table === 'edge_traffic_1m')!.from).toBeGreaterThanOrEqual(now - tierTtl[60] - 600);
  expect(segments.find((one) => one.table === 'edge_traffic_10s')!.from).toBeGreaterThanOrEqual(now - tierTtl[10] - 60);
  expect(tierSteps).toContain(window.step);
});
