import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparedAxis, fixedAxis, liveAxis, recordedAxis, shiftedAxis, ticksOf, timeAt, xOf } from './axis.ts';
import { barsOf, pathsOf, stepAt } from './bars.ts';
import { brushed, endingAt, keyed } from './brush.ts';
import { markAt, marksOf, shapeOf, type Happening } from './marks.ts';
import { firstPlayed, nextPlayed, nextSpeed, speeds } from './play.ts';

const now = 1_790_000_000;
const axis = { from: now - 2700, to: now };
const width = 1200;

describe('axis', () => {
  it('of a live window ends at the next step and has past beside it', () => expect(liveAxis(300, now + 3, 10)).toEqual({ from: now + 10 - 2700, to: now + 10 }));

  it('stays where it is while it holds the window', () => {
    expect(fixedAxis({ from: now - 900, to: now - 600 }, axis, now)).toBe(axis);
    expect(fixedAxis({ from: now - 900, to: now - 600 }, null, now)).toEqual({ from: now - 1200, to: now - 300 });
  });

  it('holds the window it is made for, and ends no later than the present or the window', () => {
    fc.assert(fc.property(fc.integer({ min: 10, max: 5_000_000 }), fc.integer({ min: 10, max: 3_000_000 }), (ago, length) => {
      const window = { from: now - ago - length, to: now - ago };
      const made = fixedAxis(window, null, now);
      expect(made.from).toBeLessThanOrEqual(window.from);
      expect(made.to).toBeGreaterThanOrEqual(window.to);
      expect(made.to).toBeLessThanOrEqual(now);
    }));
  });

  it('holds both windows that are compared, unless they are too far apart to be seen', () => {
    expect(comparedAxis({ from: now - 600, to: now - 300 }, { from: now - 1000, to: now - 700 }, now)).toEqual({ from: now - 1056, to: now - 244 });
    expect(comparedAxis({ from: now - 300, to: now }, { from: now - 604_800, to: now - 604_500 }, now)).toBeNull();
  });

  it('is all of a recording while the window can be seen on it', () => {
    const recorded = { from: now - 1800, to: now };
    expect(recordedAxis({ from: now - 900, to: now - 600 }, recorded)).toBe(recorded);
    expect(recordedAxis(recorded, recorded)).toBe(recorded);
    expect(recordedAxis({ from: now - 900, to: now - 880 }, recorded)).toBeNull();
    expect(recordedAxis({ from: now - 2100, to: now - 1500 }, recorded)).toBeNull();
  });

  it('does not move beyond the present', () => {
    expect(shiftedAxis(axis, 0.5, now)).toEqual(axis);
    expect(shiftedAxis(axis, -0.5, now)).toEqual({ from: now - 4050, to: now - 1350 });
  });

  it('has round ticks, far enough from each other', () => {
    fc.assert(fc.property(fc.integer({ min: 60, max: 3_000_000 }), fc.integer({ min: 200, max: 2000 }), (seconds, wide) => {
      const span = { from: now - seconds, to: now };
      const xs = ticksOf(span, wide, now).map((tick) => xOf(tick.time, span, wide));
      for (let i = 1; i < xs.length; i++) expect(xs[i]! - xs[i - 1]!).toBeGreaterThanOrEqual(83.9);
      for (const x of xs) expect(x >= 0 && x <= wide).toBe(true);
    }));
  });

  it('tells a new day by its date, and the day of an axis that is not of today', () => {
    const day = (date: number, hours: number): number => new Date(2026, 10, date, hours).getTime() / 1000;
    const texts = (from: number, to: number): string[] => ticksOf({ from, to }, 1000, day(22, 9)).map((tick) => tick.text);
    expect(texts(day(22, 6), day(22, 8))[0]).toBe('06:00');
    expect(texts(day(21, 6), day(21, 8)).slice(0, 2)).toEqual(['21 Nov 06:00', '06:15']);
    expect(texts(day(21, 20), day(22, 4))).toContain('22 Nov');
    expect(texts(day(2, 0), day(22, 0))).toEqual(expect.arrayContaining(['21 Nov', '19 Nov']));
  });

  it('finds the time at a place, within its ends', () => {
    expect(timeAt(xOf(now - 100, axis, width), axis, width)).toBeCloseTo(now - 100);
    expect(timeAt(-50, axis, width)).toBe(axis.from);
    expect(timeAt(width + 50, axis, width)).toBe(axis.to);
  });
});

describe('brush', () => {
  it('makes a window of a drag in either direction, on full steps', () => {
    expect(brushed(now - 604, now - 311, 10, axis)).toEqual({ from: now - 610, to: now - 310 });
    expect(brushed(now - 311, now - 604, 10, axis)).toEqual({ from: now - 610, to: now - 310 });
    expect(brushed(now - 311, now - 311, 10, axis)).toEqual({ from: now - 320, to: now - 310 });
  });

  it('keeps windows within the axis and of their length when they are moved', () => {
    fc.assert(fc.property(fc.integer({ min: 10, max: 2700 }), fc.integer({ min: -5000, max: 5000 }), (length, by) => {
      const moved = endingAt({ from: now - length, to: now }, now + by, 10, axis);
      expect(moved.to - moved.from).toBe(length);
      expect(moved.from).toBeGreaterThanOrEqual(axis.from);
      expect(moved.to).toBeLessThanOrEqual(axis.to);
    }));
  });

  it('follows the keys of a slider', () => {
    const window = { from: now - 900, to: now - 600 };
    expect(keyed('ArrowLeft', window, 10, axis)).toEqual({ from: now - 910, to: now - 610 });
    expect(keyed('PageUp', window, 10, axis)).toEqual({ from: now - 800, to: now - 500 });
    expect(keyed('Home', window, 10, axis)).toEqual({ from: axis.from, to: axis.from + 300 });
    expect(keyed('End', window, 10, axis)).toBe('live');
    expect(keyed('ArrowRight', { from: now - 300, to: now }, 10, axis)).toBe('live');
    expect(keyed('x', window, 10, axis)).toBeNull();
  });
});

describe('bars', () => {
  const steps = { stepSeconds: 900, time: [now - 2700, now - 1800, now - 900], requestsPerSecond: [100, 50, null], errorsPerSecond: [2, 0, null], callerErrorsPerSecond: [0, 1, null] };

  it('scales requests to the height and errors by a round factor', () => {
    const { bars, errorFactor, top } = barsOf(steps, axis, 300, 40);
    expect(top).toBe(100);
    expect(errorFactor).toBe(20);
    expect(bars.map(({ x, requests, errors, callerErrors, measured }) => ({ x, requests, errors, callerErrors, measured }))).toEqual([
      { x: 0, requests: 40, errors: 16, callerErrors: 0, measured: true }, { x: 100, requests: 20, errors: 0, callerErrors: 8, measured: true }, { x: 200, requests: 0, errors: 0, callerErrors: 0, measured: false },
    ]);
  });

  it('tells the step at a time', () => {
    expect(stepAt(steps, now - 1000)).toEqual({ time: now - 1800, requests: 50, errors: 0, callerErrors: 1 });
    expect(stepAt(steps, now - 900)).toEqual({ time: now - 900, requests: null, errors: null, callerErrors: null });
    expect([stepAt(steps, now - 2701), stepAt(steps, now)]).toEqual([null, null]);
  });

  it('draws three paths, whatever the number of steps, and nothing outside of the axis', () => {
    const { errors, callerErrors } = pathsOf(barsOf(steps, axis, 300, 40), 40);
    expect([errors, callerErrors]).toEqual(['M0.0 40v-16.0h99.0V40z', 'M100.0 40v-8.0h99.0V40z']);
    expect(barsOf(steps, { from: now, to: now + 100 }, 300, 40).bars).toEqual([]);
  });
});

describe('marks', () => {
  const event = (id: string, ago: number, kind: string, title: string): Happening => ({ id, time: now - ago, kind, title });
  const measure = (text: string): number => text.length * 6;

  it('joins what stands together and names it by the gravest', () => {
    const marks = marksOf([event('c', 100, 'alert', 'Errors'), event('a', 2000, 'deploy', 'payment 2.14.0'), event('b', 110, 'config', 'VirtualService')], axis, width, measure);
    expect(marks.map(({ shape, label, events }) => [shape, label, events.length])).toEqual([['deploy', 'payment 2.14.0', 1], ['alert', '', 2]]);
  });

  it('cuts labels to the room before the next mark', () => {
    const [first] = marksOf([event('a', 2000, 'deploy', 'a very long title of a deploy'), event('b', 1800, 'config', 'x')], axis, width, measure);
    expect(first?.label).toBe('a very lon…');
  });

  it('keeps labels off the flag', () => {
    const [only] = marksOf([event('a', 2000, 'deploy', 'payment 2.14.0')], axis, width, measure, xOf(now - 1850, axis, width));
    expect(only?.label).toBe('paymen…');
    const behind = marksOf([event('a', 2000, 'deploy', 'payment 2.14.0')], axis, width, measure, xOf(now - 2100, axis, width));
    expect(behind[0]?.label).toBe('payment 2.14.0');
    fc.assert(fc.property(fc.integer({ min: 0, max: 2700 }), fc.integer({ min: 0, max: 2700 }), (ago, shown) => {
      const flag = xOf(now - shown, axis, width);
      const [mark] = marksOf([event('a', ago, 'deploy', 'a long name of a deploy')], axis, width, measure, flag);
      if (mark && mark.label !== '' && flag > mark.x) expect(mark.x + 10 + measure(mark.label)).toBeLessThanOrEqual(flag);
    }));
  });

  it('never overlaps labels and marks', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -100, max: 2800 }), fc.string({ maxLength: 40 })), { maxLength: 60 }), (list) => {
      const marks = marksOf(list.map(([ago, title], i) => event(String(i), ago, 'deploy', title)), axis, width, measure);
      for (let i = 1; i < marks.length; i++) expect(marks[i - 1]!.x + (marks[i - 1]!.label === '' ? 0 : 10 + measure(marks[i - 1]!.label))).toBeLessThanOrEqual(marks[i]!.x);
      expect(marks.reduce((sum, mark) => sum + mark.events.length, 0)).toBe(list.filter(([ago]) => ago >= 0 && ago <= 2700).length);
    }));
  });

  it.each([['ArrowLeft', 1, 0], ['ArrowLeft', 0, null], ['ArrowRight', 1, 2], ['ArrowRight', 2, null], ['Home', 2, 0], ['End', 0, 2], ['a', 1, null]])('%s leads from mark %i to %s', (key, from, to) => expect(markAt(from, key, 3)).toBe(to));

  it.each([['deploy', 'deploy'], ['rollout', 'deploy'], ['config', 'config'], ['alert', 'alert'], ['custom', 'other']])('draws %s as %s', (kind, shape) => expect(shapeOf(kind)).toBe(shape));
});

describe('playing', () => {
  it('goes on from a past window, and from the beginning of the axis where nothing is left after the one shown', () => {
    expect(firstPlayed({ from: now - 900, to: now - 600 }, 10, axis, now)).toEqual({ from: now - 900, to: now - 600 });
    expect(firstPlayed({ from: now - 300, to: now }, 10, axis, now)).toEqual({ from: axis.from, to: axis.from + 300 });
    expect(firstPlayed(axis, 10, axis, now)).toEqual({ from: axis.from, to: axis.from + 540 });
  });

  it('takes full steps of its speed, and ends', () => {
    expect(nextPlayed({ from: 100, to: 400 }, 60, 10, 1000)).toEqual({ from: 160, to: 460 });
    expect(nextPlayed({ from: 100, to: 400 }, 10, 60, 1000)).toEqual({ from: 160, to: 460 });
    expect(nextPlayed({ from: 100, to: 400 }, 300, 10, 650)).toBeNull();
    expect(speeds.map(nextSpeed)).toEqual([60, 300, 10]);
  });
});
