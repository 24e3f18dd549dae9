import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tierSteps, tierTtl, timeWindow, type TierStep } from '@orrery/collectors/model/time-window';
import { noTiers, tierSegments, type TierProgress } from './tier-segments.ts';

const now = 1_800_000_000;
const complete = (until: readonly (readonly [TierStep, number])[], touched: readonly (readonly [TierStep, number[]])[] = []): TierProgress => ({
  completeUntil: new Map(until), touched: new Map(touched.map(([step, buckets]) => [step, new Set(buckets)])),
});

it('reads the 10 s tier alone for its own window', () => {
  expect(tierSegments({ from: now - 300, to: now, step: 10 }, noTiers, now)).toEqual([{ table: 'edge_traffic_10s', step: 10, from: now - 300, to: now }]);
});

it('takes what a roll-up has not reached from the next finer tier', () => {
  expect(tierSegments({ from: now - 3600, to: now, step: 60 }, complete([[60, now - 120]]), now)).toEqual([
    { table: 'edge_traffic_1m', step: 60, from: now - 3600, to: now - 120 },
    { table: 'edge_traffic_10s', step: 10, from: now - 120, to: now },
  ]);
});

it('takes what was touched since from finer tiers, and no more', () => {
  const progress = complete([[60, now], [600, now], [3600, now - 3600]], [[3600, [now - 3 * 3600]], [600, [now - 3 * 3600 + 600]], [60, [now - 3 * 3600 + 660]]]);
  expect(tierSegments({ from: now - 4 * 3600, to: now - 3600, step: 60 }, progress, now, 3600).map(({ step, from, to }) => [step, from - now + 3 * 3600, to - now + 3 * 3600])).toEqual([
    [3600, -3600, 0], [600, 0, 600], [60, 600, 660], [10, 660, 720], [60, 720, 1200], [600, 1200, 3600], [3600, 3600, 7200],
  ]);
});

it('covers every second of the window exactly once, in whole buckets of each tier', () => {
  const progress = fc.record({ 60: fc.nat(5000), 600: fc.nat(50_000), 3600: fc.nat(200_000) });
  const late = fc.array(fc.tuple(fc.constantFrom(60, 600, 3600), fc.nat(20 * 86_400)), { maxLength: 20 });
  fc.assert(fc.property(fc.integer({ min: 10, max: 20 * 86_400 }), fc.nat(3600), progress, late, fc.boolean(), (length, age, behind, ago, sums) => {
    const window = timeWindow(now - age - length, now - age, now);
    const reached = new Map(Object.entries(behind).map(([step, seconds]) => [Number(step) as TierStep, Math.floor((now - seconds) / Number(step)) * Number(step)]));
    const touched = new Map<TierStep, ReadonlySet<number>>(([60, 600, 3600] as const).map((step) => [step, new Set(ago.filter(([one]) => one === step).map(([, seconds]) => Math.floor((now - seconds) / step) * step))]));
    const segments = tierSegments(window, { completeUntil: reached, touched }, now, sums ? 3600 : window.step);
    expect(segments[0]!.from).toBe(window.from);
    expect(segments.at(-1)!.to).toBe(window.to);
    segments.forEach((segment, i) => {
      expect(segment.from).toBe(i === 0 ? window.from : segments[i - 1]!.to);
      expect(segment.from % segment.step).toBe(0);
      // A tier that its roll-up has not filled up to there would be read as nothing.
      if (segment.step > window.step) expect(segment.to).toBeLessThanOrEqual(reached.get(segment.step)!);
      const finer = tierSteps[tierSteps.indexOf(segment.step) - 1];
      for (const at of (finer && touched.get(segment.step)) ?? []) if (at >= now - tierTtl[finer!]) expect(at + segment.step <= segment.from || at >= segment.to).toBe(true);
    });
  }));
});

it('never asks a finer tier for what it no longer keeps', () => {
  const window = { from: now - 10 * 86_400, to: now, step: 600 as const };
  const segments = tierSegments(window, noTiers, now);
  expect(segments.find((one) => one.table === 'edge_traffic_1m')!.from).toBeGreaterThanOrEqual(now - tierTtl[60] - 600);
  expect(segments.find((one) => one.table === 'edge_traffic_10s')!.from).toBeGreaterThanOrEqual(now - tierTtl[10] - 60);
  expect(tierSteps).toContain(window.step);
});
