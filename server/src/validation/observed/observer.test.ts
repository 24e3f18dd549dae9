import { expect, it } from 'vitest';
import type { SteppedWindow } from '../../inference/diff/activity.ts';
import { orders, row, t0, web } from '../../inference/row-fixture.ts';
import { createObserver } from './observer.ts';

it('reads steps, and judges how much of a window has data, from when data began', async () => {
  const asked: SteppedWindow[] = [];
  const observer = createObserver({
    tenant: 't', now: () => (t0 + 3_600) * 1000, dataBegan: () => Promise.resolve(t0 + 1_800), settings: { seconds: 300, longSeconds: 3_600 },
    traffic: { edgeWindows: () => Promise.resolve([row({ from: web, to: orders, requests: 10, firstBucket: t0, lastBucket: t0 + 3_540 })]) },
    activity: { activity: (_, window) => (asked.push(window), Promise.resolve([])) },
    zones: { zoneTraffic: () => Promise.resolve([]) }, certificates: { certificates: () => Promise.resolve([]) }, changes: { changedWithin: () => Promise.resolve([]) },
  });
  expect(await observer.evidenceOf({ from: t0, to: t0 + 3_600, step: 60 })).toMatchObject({ covers: false, from: t0 + 1_800 });
  expect(asked).toMatchObject([{ from: t0 + 1_800 }]);
});
