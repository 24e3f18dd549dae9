import { describe, expect, it } from 'vitest';
import type { MeshReader } from '../../inference/mesh-series.ts';
import { barWindow, createTimeBar } from './time-bar.ts';

const now = 1_800_000_000;

describe('the steps of a bar', () => {
  it.each([[300, 10, 10], [3_600, 60, 60], [21_600, 600, 600], [86_400, 600, 600], [7 * 86_400, 3_600, 3_600], [30 * 86_400, 3_600, 10_800]])('%i s are read from the tier of %i s in steps of %i s', (seconds, step, stepSeconds) => {
    const window = barWindow(now - seconds, now, now);
    expect(window).toMatchObject({ step, stepSeconds });
    expect(window.steps).toBeLessThanOrEqual(240);
    expect(window.from + window.steps * stepSeconds).toBeGreaterThanOrEqual(now);
  });
  it('leave a tier that no longer holds the window', () => {
    expect(barWindow(now - 3 * 86_400, now - 3 * 86_400 + 600, now).step).toBe(600);
  });
});

describe('kept answers', () => {
  let clock = now * 1000, reads = 0, fail = false;
  const reader: MeshReader = {
    tellers: () => { reads++; return fail ? Promise.reject(new Error('store away')) : Promise.resolve([]); },
    steps: () => Promise.resolve([]), latency: () => Promise.resolve([]),
  };
  const bar = createTimeBar({ tenant: 't', reader, oldest: () => Promise.resolve(now - 600), now: () => clock });
  it('are given again for some seconds, past ones for longer, failed ones never', async () => {
    const past = { window: { from: now - 7_200, to: now - 3_600 } };
    await Promise.all([bar.traffic(past), bar.traffic(past)]);
    clock += 300_000;
    await bar.traffic(past);
    expect(reads).toBe(1);
    fail = true;
    await expect(bar.traffic({})).rejects.toThrow('store away');
    fail = false;
    expect((await bar.traffic({})).time.length).toBeGreaterThan(0);
  });
  it('say what is partial', async () => {
    const { partial } = await bar.traffic({ window: { from: now - 7_200, to: now - 60 }, namespaces: ['shpo'] });
    expect(partial).toEqual([expect.stringContaining('data begins at'), 'nothing was seen of namespace shpo in this window']);
  });
});
