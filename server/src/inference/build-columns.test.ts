import { Measured } from '@orrery/collectors/model/edge-traffic';
import { application, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildColumns } from './build-columns.ts';
import { createDrawings } from './drawings.ts';
import { edgeRows } from './edge-row.ts';
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

const slowly = (rows: readonly EdgeWindow[], type: GraphType): unknown => toColumns(buildServiceGraph(rows, { ...options, type }));
const twice = (columns: RowColumns): RowColumns => ({ ...columns, requests: columns.requests.map((n) => 2 * n), requestsEstimated: columns.requestsEstimated.map((n) => 2 * n), bytesSent: columns.bytesSent.map((n) => n + 7) });

describe('columns without the way through the graph', () => {
  it('are the same', () => {
    fc.assert(fc.property(anyRows, anyType, (rows, type) => {
      expect(buildColumns(createDrawings()(columnsOf(rows), type), { ...options, type })).toEqual(slowly(rows, type));
    }), { numRuns: 300 });
  });

  it('are the same with the numbers of another window under a drawing that is known, and in whatever order rows come', () => {
    fc.assert(fc.property(anyRows, anyType, fc.infiniteStream(fc.nat()), (rows, type, random) => {
      const draw = createDrawings(), first = columnsOf(rows);
      buildColumns(draw(first, type), { ...options, type });
      const next = twice(first);
      expect(buildColumns(draw(next, type), { ...options, type })).toEqual(slowly(edgeRows({ columns: next }), type));
      const shuffled = columnsOf([...rows].map((one) => [random.next().value as number, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one));
      expect(buildColumns(draw(shuffled, type), { ...options, type })).toEqual(slowly(rows, type));
    }), { numRuns: 200 });
  });

  it('ask for rows in the order of their edges, and take them so', () => {
    const rows = [row({ from: web, to: orders, requests: 5 }), row({ from: orders, to: reviews1, requests: 3 }), row({ from: web, to: orders, side: 'source', requests: 5 }), row({ from: orders, to: reviews1, side: 'source', requests: 3 })];
    const draw = createDrawings(), asked: Uint32Array[] = [];
    draw({ ...columnsOf(rows), prefer: (order) => asked.push(order) }, 'workload');
    expect(asked).toHaveLength(1);
    const wanted = Array.from(asked[0]!, (i) => rows[i]!);
    expect([wanted[0]!.edgeId, wanted[2]!.edgeId]).toEqual([wanted[1]!.edgeId, wanted[3]!.edgeId]);
    const ordered = draw({ ...columnsOf(wanted), prefer: (order) => asked.push(order) }, 'workload');
    expect(asked).toHaveLength(1);
    expect(buildColumns(ordered, { ...options, type: 'workload' })).toEqual(slowly(rows, 'workload'));
  });
});
