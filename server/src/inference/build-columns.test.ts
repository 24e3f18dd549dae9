import { Measured } from '@orrery/collectors/model/edge-traffic';
import { application, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createColumnBuilder } from './build-columns.ts';
import { diffColumns } from './diff-columns.ts';
import type { GraphColumns } from './graph-columns.ts';
import { edgeRows } from './edge-row.ts';
import { RowReading } from './row-reading.ts';
import type { RowColumns } from './row-columns.ts';
import { GraphType } from './graph.ts';
import { buildServiceGraph } from './load-graph.ts';
import type { EdgeWindow } from './ports.ts';
import { columnsOf, host, orders, reviews1, reviews2, row, t0, web } from './row-fixture.ts';
import { toColumns } from './to-columns.ts';

const window = { from: t0, to: t0 + 300, step: 10 } as const;
const options = { tenant: 't', window, now: t0 + 300, partial: ['a note'] };
const entity = fc.constantFrom(web, orders, reviews1, reviews2, application('', 'shop', 'web'), unknownEntity, workload('c', 'shop', 'waypoint'));
const spec = {
  from: entity, to: entity,
  service: fc.constantFrom('', host('orders'), host('reviews')), port: fc.constantFrom(0, 80),
  instrument: fc.constantFrom('proxy' as const, 'trace' as const, 'flow' as const), side: fc.constantFrom('source' as const, 'destination' as const, 'middle' as const),
  feed: fc.constantFrom('a', 'a', 'a', 'b'), intent: fc.constantFrom('primary' as const, 'primary' as const, 'mirror' as const),
  measured: fc.constantFrom(
    Measured.requests | Measured.errors | Measured.latency | Measured.security | Measured.clientErrors,
    Measured.connections | Measured.connectionsFailed | Measured.bytes | Measured.openConnections, Measured.drops,
  ),
  protocols: fc.constantFrom(1, 2, 3, 5), via: fc.constantFrom([], ['waypoint:shop/waypoint']),
  responses: fc.dictionary(fc.constantFrom('http 200 -', 'http 404 -', 'http 503 UH', 'http 503 UF', 'http 504 UT', 'grpc 14 -', 'tcp - CONNECT'), fc.integer({ min: 1, max: 50 })),
  connectionsOpened: fc.nat(20), connectionsFailed: fc.nat(5), openConnections: fc.nat(9), bytesSent: fc.nat(1000), bytesReceived: fc.nat(1000), drops: fc.nat(3), requestsSecured: fc.nat(9), requestsPlaintext: fc.nat(9),
  latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.integer({ min: 1, max: 30 })), { selector: ([index]) => index }).map((pairs) => new Map(pairs)),
  layout: fc.constantFrom(envoyLayout, spanLayout),
};
/** As of a read: one row for each edge, instrument, side, feed, intent and layout. */
const anyRows = fc.array(fc.record(spec).map(row), { maxLength: 24 })
  .map((rows) => [...new Map(rows.map((one) => [[one.edgeId, one.instrument, one.side, one.feed, one.intent, one.layout?.id].join(), one])).values()]);
const anyType = fc.constantFrom(...Object.values(GraphType));

const slowly = (rows: readonly EdgeWindow[], type: GraphType): GraphColumns => toColumns(buildServiceGraph(rows, { ...options, type }));
/** Other numbers under the same keys, in arrays of their own: who built from a reading lets it go. */
const twice = (columns: RowColumns): RowColumns => {
  const own = <T>(values: T): T => (ArrayBuffer.isView(values) ? (values as unknown as Float64Array).slice() as T : values);
  const counts = <T extends object>(column: T): T => Object.fromEntries(Object.entries(column).map(([name, values]) => [name, own(values)])) as T;
  return {
    ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, own<unknown>(values)])) as unknown as RowColumns, responses: counts(columns.responses), latency: counts(columns.latency),
    requests: columns.requests.map((n) => 2 * n), requestsEstimated: columns.requestsEstimated.map((n) => 2 * n), bytesSent: columns.bytesSent.map((n) => n + 7),
  };
};

describe('columns without the way through the graph', () => {
  it('are the same', () => {
    fc.assert(fc.property(anyRows, anyType, (rows, type) => {
      expect(createColumnBuilder()(RowReading.of(columnsOf(rows)), { ...options, type })).toEqual(slowly(rows, type));
    }), { numRuns: 300 });
  });

  it('are the same with the numbers of another window under a drawing that is known, and in whatever order rows come', () => {
    fc.assert(fc.property(anyRows, anyType, fc.infiniteStream(fc.nat()), (rows, type, random) => {
      const build = createColumnBuilder(), first = columnsOf(rows), next = twice(first), expected = slowly(edgeRows(next), type);
      build(RowReading.of(first), { ...options, type });
      expect(build(RowReading.of(next), { ...options, type })).toEqual(expected);
      const shuffled = columnsOf([...rows].map((one) => [random.next().value as number, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one));
      expect(build(RowReading.of(shuffled), { ...options, type })).toEqual(slowly(rows, type));
    }), { numRuns: 200 });
  });

  it('are the same where a few rows are told to have changed, again and again', () => {
    const changes = fc.array(fc.array(fc.record({ row: fc.nat(23), to: fc.record(spec) }), { maxLength: 4 }), { minLength: 1, maxLength: 4 });
    let again = 0;
    fc.assert(fc.property(fc.array(anyRows, { minLength: 1, maxLength: 3 }), anyType, changes, fc.boolean(), (lists, type, rounds, sampled) => {
      // Many pairs, so that a few rows are few of the edges.
      const rows = [...lists.flat().map((one, i) => ({ ...one, edgeId: `${one.edgeId} ${i}` })), ...Array.from({ length: 30 }, (_, i) => row({ from: workload('c', 'more', `w${i}`), to: i % 2 ? orders : web, responses: { 'http 200 -': i + 1 } }))];
      const build = createColumnBuilder();
      let reading = RowReading.of(columnsOf(rows));
      let before = build(reading.hold(), { ...options, type }), said = slowly(edgeRows(reading.columns), type);
      for (const round of rounds) {
        const places = [...new Set(round.map(({ row: place }) => place % rows.length))].sort((a, b) => a - b);
        // Another row's numbers under the same key, of the same signals or of others.
        const fresh = columnsOf(places.map((place) => {
          const { from: _from, to: _to, ...numbers } = round.find((one) => one.row % rows.length === place)!.to, now = row({ ...numbers, from: web, to: orders });
          const { measured, instrument, side, feed, intent, layout } = rows[place]!;
          return { ...now, measured: place % 5 === 0 ? now.measured : measured, instrument, side, feed, intent, layout, requestsEstimated: sampled ? now.requests * 1.1 : now.requests };
        }));
        reading = reading.changed(Uint32Array.from(places), fresh);
        const next = build(reading.hold(), { ...options, type }), whole = slowly(edgeRows(reading.columns), type);
        expect(next).toEqual(whole);
        // Most of its columns may be those of the graph before, which says what it said.
        expect(before).toEqual(said);
        expect(diffColumns(before, next)).toEqual(diffColumns(said, whole));
        [before, said] = [next, whole];
        again++;
      }
    }), { numRuns: 200 });
    expect(again).toBeGreaterThan(100);
  });

  it('let go of a reading once it is measured, unless others have it', () => {
    const of = (requests: number): RowReading => RowReading.of(columnsOf([row({ from: web, to: orders, requests })]));
    const build = createColumnBuilder(), built = (reading: RowReading): unknown => build(reading, { ...options, type: 'workload' }).edges.rps;
    const mine = of(10), shared = of(20);
    const [ofMine, ofShared] = [mine, shared].map((reading) => reading.columns.requests);
    built(mine);
    expect(ofMine).toHaveLength(0);
    const rates = [built(shared.hold()), built(shared.hold())];
    expect(rates[1]).toEqual(rates[0]);
    expect(ofShared).toHaveLength(1);
    built(shared);
    expect(ofShared).toHaveLength(0);
  });

  it.each([2, 9])('read the rest of %i rows of the reading that changed, though nobody has it any more', (size) => {
    const rows = Array.from({ length: size }, (_, i) => row({ from: web, to: i === 0 ? orders : reviews1, requests: 10 + i })), fresh = columnsOf([row({ from: web, to: orders, requests: 20 })]);
    const build = createColumnBuilder(), first = RowReading.of(columnsOf(rows)).hold();
    build(first, { ...options, type: 'workload' });
    const second = first.changed(Uint32Array.of(0), fresh);
    first.letGo();
    expect(build(second, { ...options, type: 'workload' })).toEqual(slowly([{ ...row({ from: web, to: orders, requests: 20 }), edgeId: rows[0]!.edgeId }, ...rows.slice(1)], 'workload'));
  });
});
