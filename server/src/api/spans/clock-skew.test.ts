import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockSkews, type ClockedSpan } from './clock-skew.ts';

const day = 86_400_000_000_000n;
/** Calls of a tree: each span's parent is one before it. */
const trace = fc.array(fc.record({ parent: fc.nat(), host: fc.constantFrom('a', 'b', 'c'), start: fc.bigInt(0n, 1000n), duration: fc.bigInt(0n, 500n), kind: fc.constantFrom(1, 2, 3, 5) }), { minLength: 1, maxLength: 12 })
  .map((calls) => calls.map((call, i): ClockedSpan => ({
    spanId: `s${i}`, parentSpanId: i === 0 ? '' : `s${call.parent % i}`, kind: call.kind, host: call.host, startNs: call.start, durationNs: call.duration,
  })));

describe('clockSkews', () => {
  it('says the same in any order of the spans', () => {
    fc.assert(fc.property(trace, (spans) => {
      expect(clockSkews([...spans].reverse(), day).reverse()).toEqual(clockSkews(spans, day));
    }));
  });

  it('leaves nobody before its caller on another host', () => {
    fc.assert(fc.property(trace, (spans) => {
      const clocks = clockSkews(spans, day);
      const starts = new Map(spans.map((span, i) => [span.spanId, span.startNs - clocks[i]!.skewNs]));
      for (const span of spans) {
        const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
        if (parent && parent.host !== span.host) expect(starts.get(span.spanId)! >= starts.get(parent.spanId)!).toBe(true);
      }
    }));
  });

  it('tells of spans whose parents go in a circle, and ends', () => {
    const one = { kind: 1, host: 'a', startNs: 0n, durationNs: 1n };
    expect(clockSkews([{ ...one, spanId: '1', parentSpanId: '2' }, { ...one, spanId: '2', parentSpanId: '1' }], day).map(({ warning }) => warning !== '')).toEqual([true, true]);
  });
});
