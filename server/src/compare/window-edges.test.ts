import { bucketShares, splitCount } from '@orrery/collectors/prometheus/counter-deltas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginSeconds, reachBesideGap, reachOf, type BucketCounts } from './window-edges.ts';

const from = 1_800_000_000, theirIntervalSeconds = 15;

/** Requests as they happen, seconds from the beginning of the window. */
type Requests = readonly number[];

const steady = (perSecond: number, begin: number, end: number): Requests => Array.from({ length: Math.round((end - begin) * perSecond) }, (_, i) => begin + (i + 0.5) / perSecond);
const counter = (requests: Requests, at: number): number => requests.filter((time) => time <= at).length;

/** What Orrery makes of them: growth between scrapes, laid over its buckets as collectors do. */
function bucketsOf(requests: Requests, interval: number, phase: number, begin: number, end: number): BucketCounts {
  const counts = new Map<number, number>();
  for (let at = begin; at < end; at += 10) counts.set(at, 0);
  for (let at = begin - 2 * interval + phase; at < end + 2 * interval; at += interval) {
    const { buckets, shares } = bucketShares((from + at) * 1000, (from + at + interval) * 1000);
    const parts = splitCount(counter(requests, at + interval) - counter(requests, at), shares);
    for (const [i, bucket] of buckets.entries()) if (counts.has(bucket - from)) counts.set(bucket - from, counts.get(bucket - from)! + parts[i]!);
  }
  return { seconds: 10, time: [...counts.keys()].map((at) => from + at), counts: [...counts.values()] };
}

/** `increase` of a counter that was there before, as Prometheus documents it: growth of the samples, stretched to the window. */
function increaseOf(requests: Requests, phase: number, seconds: number): number {
  const samples: number[] = [];
  for (let at = phase; at <= seconds; at += theirIntervalSeconds) samples.push(at);
  const first = samples[0]!, last = samples.at(-1)!;
  return (counter(requests, last) - counter(requests, first)) * seconds / (last - first);
}

function reachOfRequests(requests: Requests, seconds: number, interval: number, phase: number): { readonly ours: number; readonly low: number; readonly high: number } {
  const margin = marginSeconds(theirIntervalSeconds), around = bucketsOf(requests, interval, phase, -margin, seconds + margin);
  const ours = around.counts.filter((_, i) => around.time[i]! >= from && around.time[i]! < from + seconds).reduce((sum, count) => sum + count, 0);
  return { ours, ...reachOf(ours, around, { from, to: from + seconds, theirIntervalSeconds }) };
}

describe('what scraping at other moments can make of a window', () => {
  const phase = fc.double({ min: 0.001, max: 0.999, noNaN: true }), seconds = fc.constantFrom(30, 60, 120, 600);

  it('holds what a Prometheus tells, of steady traffic and of bursts that are longer than a scrape', () => {
    const burst = fc.record({ at: fc.integer({ min: -40, max: 600 }), seconds: fc.integer({ min: 30, max: 120 }), perSecond: fc.integer({ min: 1, max: 40 }) });
    fc.assert(fc.property(phase, phase, seconds, fc.nat(20), fc.array(burst, { maxLength: 3 }), (mine, theirs, window, perSecond, bursts) => {
      const requests = [...steady(perSecond, -100, window + 100), ...bursts.flatMap((one) => steady(one.perSecond, one.at, one.at + one.seconds))];
      const told = increaseOf(requests, theirs * theirIntervalSeconds, window), { low, high } = reachOfRequests(requests, window, theirIntervalSeconds, mine * theirIntervalSeconds);
      // Moments are looked at second by second, and counts are whole, stretched as all of the window is.
      const whole = 2 * window / (window - theirIntervalSeconds) + 0.005 * told;
      expect(told).toBeGreaterThanOrEqual(low - whole);
      expect(told).toBeLessThanOrEqual(high + whole);
    }), { numRuns: 300 });
  });

  it('is little of steady traffic, however short the window', () => {
    fc.assert(fc.property(phase, seconds, fc.integer({ min: 5, max: 60 }), (mine, window, perSecond) => {
      const { ours, low, high } = reachOfRequests(steady(perSecond, -100, window + 100), window, theirIntervalSeconds, mine * theirIntervalSeconds);
      const most = 0.02 * ours + 3.2 * Math.sqrt(ours);
      expect(ours - low).toBeLessThan(most);
      expect(high - ours).toBeLessThan(most);
    }));
  });

  it('is nothing where nothing was counted here, and what chance makes of it where it is not known when', () => {
    const none: BucketCounts = { seconds: 10, time: [-40, -30, -20, -10, 0, 10, 20, 30, 40, 50, 60].map((at) => from + at), counts: Array<number>(11).fill(0) };
    const window = { from, to: from + 30, theirIntervalSeconds };
    expect(reachOf(0, none, window)).toEqual({ low: 0, high: 0 });
    expect(reachOf(600, null, window)).toEqual({ low: expect.closeTo(600 - 3 * Math.sqrt(600), 6) as number, high: expect.closeTo(600 + 3 * Math.sqrt(600), 6) as number });
  });

  it('where the end of a window was not scraped here: as of traffic that went on', () => {
    const window = { from, to: from + 30, theirIntervalSeconds }, time = [-40, -30, -20, -10, 0, 10, 20, 30, 40, 50, 60].map((at) => from + at);
    const counts = time.map((at) => (at < from + 10 ? 200 : at === from + 10 ? 80 : 0)), whole = reachOf(600, { seconds: 10, time, counts: time.map(() => 200) }, window);
    const beside = reachBesideGap(280, { seconds: 10, time, counts }, window, { from: from + 14, to: from + 30 });
    expect([beside.low, beside.high]).toEqual([expect.closeTo(whole.low - 320, 6), expect.closeTo(whole.high - 320, 6)]);
    expect(beside.high - 280).toBeLessThan(80);
    expect(reachOf(280, { seconds: 10, time, counts }, window).high - 280).toBeGreaterThan(300);
  });

  it('of an edge that begins in the window is from nothing to all of it', () => {
    const { ours, low, high } = reachOfRequests(steady(20, 20, 200), 30, 1, 0.5);
    expect(ours).toBeGreaterThan(190);
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeGreaterThan(ours);
    expect(high).toBeLessThan(4 * ours);
  });
});
