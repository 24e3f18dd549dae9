import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import { edgeActivity, type StoredActivity } from './activity.ts';
import { steppedWindow } from './stepped-window.ts';

const stored = (more: Partial<StoredActivity>): StoredActivity => ({
  edgeId: 'e', instrument: 'proxy', side: 'destination', feed: 'a', measured: Measured.requests | Measured.latency, layout: envoyLayout,
  at: [0, 2], requests: [10, 20], errors: [1, 0], stayed: [0, 0], stayedErrors: [0, 0], clientErrors: [0, 0], bytes: [0, 0], connections: [0, 0],
  latency: [new Map([[3, 10]]), new Map([[4, 20]])], secured: 0, plaintext: 0, ...more,
});

it('takes the destination’s counts and adds what never left the source; one feed, one instrument', () => {
  const activity = edgeActivity([
    stored({}), stored({ feed: 'b', at: [0], requests: [10], errors: [1], latency: [new Map()] }),
    stored({ side: 'source', requests: [14, 20], stayed: [4, 0], stayedErrors: [3, 0], clientErrors: [1, 0] }),
    stored({ instrument: 'trace', requests: [99, 99], layout: spanLayout }),
    stored({ instrument: 'flow', side: 'source', measured: Measured.bytes, bytes: [5, 6] }),
  ], 4);
  expect([activity.requests, activity.errors, activity.asked, activity.clientErrors, activity.bytes]).toEqual([[14, 0, 20, 0], [4, 0, 0, 0], [14, 0, 20, 0], [1, 0, 0, 0], [5, 0, 6, 0]]);
  expect([activity.active, activity.tellers.requests, activity.tellers.bytes, activity.tellers.connections]).toEqual([2, 'proxy destination', 'flow source', '']);
  expect(activity.latency.map((counts) => counts.reduce((a, b) => a + b, 0))).toEqual([10, 0, 20, 0]);
});

it('does not mix histogram layouts', () => {
  const activity = edgeActivity([stored({}), stored({ layout: spanLayout })], 3);
  expect([activity.latency, activity.tellers.latency]).toEqual([[], 'several histogram layouts']);
});

it('steps lie in the window and in the time that has data, whole tiers long, at most 20', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 }), fc.constantFrom(10 as const, 60 as const), (buckets, early, late, step) => {
    const window = { from: 6000, to: 6000 + buckets * step, step };
    const covered = { from: window.from + early, to: window.to + late };
    const { from, stepSeconds, steps } = steppedWindow(window, covered);
    expect(steps).toBeLessThanOrEqual(20);
    expect([from % step, stepSeconds % step]).toEqual([0, 0]);
    if (steps === 0) return;
    expect(from).toBeGreaterThanOrEqual(Math.max(window.from, covered.from));
    expect(from + steps * stepSeconds).toBeLessThanOrEqual(Math.min(window.to, covered.to));
  }));
});
