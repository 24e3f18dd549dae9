import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { application, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import { build } from './graph-fixture.ts';
import { GraphType, type GraphEdge } from './graph.ts';
import type { EdgeWindow } from './ports.ts';
import { host, orders, reviews1, reviews2, row, t0, web } from './row-fixture.ts';

describe('properties', () => {
  const entity = fc.constantFrom(web, orders, reviews1, reviews2, application('', 'shop', 'web'), application('c', '', 'reviews', 'v1'), unknownEntity, workload('c', 'shop', 'waypoint'));
  const anyRow = fc.record({
    from: entity, to: entity,
    service: fc.constantFrom('', host('orders'), host('reviews')), serviceGuessed: fc.boolean(), port: fc.constantFrom(0, 80),
    instrument: fc.constantFrom('proxy' as const, 'trace' as const, 'flow' as const),
    side: fc.constantFrom('source' as const, 'destination' as const, 'middle' as const),
    feed: fc.constantFrom('a', 'b'),
    intent: fc.constantFrom('primary' as const, 'primary' as const, 'mirror' as const),
    via: fc.constantFrom([], ['waypoint:shop/waypoint']),
    measured: fc.integer({ min: 1, max: 0x3fff }),
    responses: fc.dictionary(fc.constantFrom('http 200 -', 'http 503 UH', 'http 503 UF', 'http 504 UT', 'grpc 14 -', 'tcp - CONNECT', 'drop POLICY_DENIED -'), fc.nat(50)),
    connectionsOpened: fc.nat(20), connectionsFailed: fc.nat(5), bytesSent: fc.nat(1000), drops: fc.nat(3),
    requestsSecured: fc.nat(9), requestsPlaintext: fc.nat(9),
    latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.integer({ min: 1, max: 30 })), { selector: ([index]) => index }).map((pairs) => new Map(pairs)),
    layout: fc.constantFrom(envoyLayout, spanLayout),
    lastBucket: fc.constantFrom(t0 + 100, t0 + 290),
  }).map(row);

  it('any order of the rows gives the same bytes', () => {
    fc.assert(fc.property(fc.array(anyRow, { maxLength: 25 }).chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))), fc.constantFrom(...Object.values(GraphType)), ([rows, shuffled], type) => {
      expect(JSON.stringify(build(shuffled, { type }))).toBe(JSON.stringify(build(rows, { type })));
    }), { numRuns: 300 });
  });

  it('any split of a row gives the same numbers', () => {
    fc.assert(fc.property(fc.array(anyRow, { minLength: 1, maxLength: 12 }), fc.nat(11), (rows, at) => {
      const index = at % rows.length;
      const half = split(rows[index]!);
      const whole = build(rows), parted = build([...rows.slice(0, index), ...half, ...rows.slice(index + 1)]);
      expect(parted.edges.map(numbers)).toEqual(whole.edges.map(numbers));
    }));
  });

  it('dropping weaker instruments never changes what a stronger one measures', () => {
    const measuring = fc.array(anyRow.filter(({ edge }) => edge!.source.kind === 'workload' && edge!.destination.kind === 'workload'), { maxLength: 20 });
    fc.assert(fc.property(measuring, (rows) => {
      const whole = build(rows), proxies = build(rows.filter((one) => one.instrument === 'proxy'));
      const byId = new Map(whole.edges.map((edge) => [edge.id, edge]));
      for (const edge of proxies.edges) {
        const all = byId.get(edge.id)!;
        for (const signal of ['requestsPerSecond', 'connectionsPerSecond', 'bytesSentPerSecond'] as const) {
          if (edge.signals[signal] !== null) expect(all.signals[signal]! * whole.coveredSeconds).toBeCloseTo(edge.signals[signal] * proxies.coveredSeconds, 6);
        }
        if (edge.signals.errorRatio !== null) expect(all.signals.errorRatio).toBeCloseTo(edge.signals.errorRatio, 9);
        expect(all.confidence).toBeGreaterThanOrEqual(0);
      }
    }), { numRuns: 300 });
  });

  function numbers(edge: GraphEdge): unknown {
    const { signals, responses, mtlsShare, health, id } = edge;
    return [id, signals.requestsPerSecond?.toFixed(9), signals.errorRatio?.toFixed(9), signals.p99Ms?.toFixed(6), signals.connectionsPerSecond?.toFixed(9), responses, mtlsShare, health];
  }
  function split(one: EdgeWindow): EdgeWindow[] {
    const less = (n: number): number => Math.floor(n / 3);
    const keys = ['requests', 'errors', 'requestsEstimated', 'errorsEstimated', 'connectionsOpened', 'connectionsFailed', 'bytesSent', 'drops', 'requestsSecured', 'requestsPlaintext'] as const;
    const part = (f: (n: number) => number): EdgeWindow => ({
      ...one, ...Object.fromEntries(keys.map((key) => [key, f(one[key])])),
      responses: new Map([...one.responses].map(([key, n]) => [key, f(n)])), latency: new Map([...one.latency].map(([key, n]) => [key, f(n)])),
    });
    return [part(less), part((n) => n - less(n))];
  }
});
