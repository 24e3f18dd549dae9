import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { clockSkews, type ClockedSpan } from '@orrery/server/api/spans/clock-skew';
import { suiteFrom, type ConformanceCase, type Suite } from './suite.ts';
import { zipkinSpan, type ZipkinSpan } from './zipkin-spans.ts';

interface JaegerCase {
  readonly name: string;
  readonly maxAdjustMs: number;
  readonly spans: readonly {
    readonly spanId: string; readonly parentSpanId: string; readonly startMs: number; readonly durationMs: number; readonly host: string;
    readonly expectedStartMs: number; readonly eventsMs: readonly number[]; readonly expectedEventsMs: readonly number[];
  }[];
  readonly expectedWarning: string | null;
}

interface ZipkinCase {
  readonly name: string;
  readonly client: { readonly host: string; readonly ts: number; readonly dur?: number };
  readonly server: { readonly host: string; readonly ts: number; readonly dur?: number };
  /** Microseconds. */
  readonly expectedSkew: number | null;
}

const nsOfMs = (ms: number): bigint => BigInt(ms) * 1_000_000n;
const nsOfUs = (us: number): bigint => BigInt(us) * 1_000n;
const dayNs = 86_400_000_000_000n;

/** The cases of Jaeger's adjuster and of Zipkin's `ClockSkewDetector`, and a recorded trace of Zipkin's with a skewed host. */
export function clockSkew(): Suite {
  return suiteFrom('graph-golden', (path) => {
    const read = <T>(file: string): T => JSON.parse(readFileSync(resolve(path, file), 'utf8')) as T;
    return {
      cases: [
        ...read<JaegerCase[]>('jaeger/clockskew-cases.json').map(jaegerCase),
        ...read<ZipkinCase[]>('zipkin/clockskew-cases.json').map(zipkinCase),
        recordedCase(read<ZipkinSpan[]>('zipkin/trace-skew.json')),
      ],
      skipped: [],
    };
  });
}

function jaegerCase({ name, maxAdjustMs, spans, expectedWarning }: JaegerCase): ConformanceCase {
  return {
    name: `jaeger: ${name}`,
    run() {
      const clocks = clockSkews(spans.map((span) => ({
        spanId: span.spanId, parentSpanId: span.parentSpanId, kind: 0, host: span.host, startNs: nsOfMs(span.startMs), durationNs: nsOfMs(span.durationMs),
      })), nsOfMs(maxAdjustMs));
      const corrected = (ms: number, i: number): number => Number(nsOfMs(ms) - clocks[i]!.skewNs) / 1e6;
      deepStrictEqual(spans.map((span, i) => corrected(span.startMs, i)), spans.map((span) => span.expectedStartMs));
      deepStrictEqual(spans.map((span, i) => span.eventsMs.map((ms) => corrected(ms, i))), spans.map((span) => span.expectedEventsMs));
      // Jaeger's cases look at warnings of what was not corrected; a correction is told as well.
      const told = [...new Set(clocks.filter(({ skewNs }) => skewNs === 0n).map(({ warning }) => warning))].filter((warning) => warning !== '');
      deepStrictEqual(told, expectedWarning === null ? [] : [expectedWarning]);
    },
  };
}

function zipkinCase({ name, client, server, expectedSkew }: ZipkinCase): ConformanceCase {
  return {
    name: `zipkin: ${name}`,
    run() {
      const half = (kind: number, end: ZipkinCase['client']): ClockedSpan => ({
        spanId: '2', parentSpanId: '', kind, host: end.host, startNs: nsOfUs(end.ts), durationNs: nsOfUs(end.dur ?? 0),
      });
      const clocks = clockSkews([half(2, server), half(3, client)], dayNs);
      deepStrictEqual(clocks.map(({ skewNs }) => Number(skewNs) / 1000), [expectedSkew ?? 0, 0]);
    },
  };
}

function recordedCase(trace: readonly ZipkinSpan[]): ConformanceCase {
  return {
    name: 'zipkin: trace-skew.json: no span begins before its parent, and the host with another clock is moved as one',
    run() {
      const spans = trace.map((one) => ({ ...zipkinSpan(one), host: one.localEndpoint?.serviceName ?? '' }));
      const clocks = clockSkews(spans, dayNs);
      const skews = new Map(spans.map(({ host }, i) => [host, Number(clocks[i]!.skewNs) / 1000]));
      // 1470150004008761 − 1470150004074202 − (94539 − 93577) / 2
      deepStrictEqual(skews, new Map([['serviceb', -65_922], ['servicea', 0]]));
      deepStrictEqual(spans.map(({ host }, i) => Number(clocks[i]!.skewNs) / 1000 === skews.get(host)), spans.map(() => true));
    },
  };
}
