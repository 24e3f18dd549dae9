import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgeRows, plainRow } from './edge-row.ts';
import type { EdgeWindow } from './ports.ts';
import { bucketRange } from './measure-graph.ts';
import type { RowColumns } from './row-columns.ts';
import { columnsOf, orders, row, web } from './row-fixture.ts';
import { RowReading } from './row-reading.ts';

const anyRow = fc.record({
  from: fc.constant(web), to: fc.constant(orders), requests: fc.nat(), bytesSent: fc.nat(), openConnections: fc.nat(9), via: fc.constantFrom([], ['waypoint:shop/w']), sourcePrincipal: fc.constantFrom('', 'spiffe://a'),
  measured: fc.constantFrom(1, 3), firstBucket: fc.nat(4), lastBucket: fc.nat(9), responses: fc.dictionary(fc.constantFrom('http 200 -', 'http 503 UH', 'grpc 0 -'), fc.nat(9)),
  latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.nat(9)), { selector: ([index]) => index }).map((pairs) => new Map(pairs)),
}).map(row);
const said = (columns: RowColumns): unknown => edgeRows(columns).map((one) => ({ ...plainRow(one), responses: [...one.responses], latency: [...one.latency] }));

it('a reading that changed again and again says what its rows say now, and the one before what they said', () => {
  fc.assert(fc.property(fc.array(anyRow, { maxLength: 12 }), fc.array(fc.array(fc.tuple(fc.nat(11), anyRow), { maxLength: 3 }), { maxLength: 5 }), (rows, rounds) => {
    let reading = RowReading.of(columnsOf(rows)), expected: readonly EdgeWindow[] = rows;
    for (const round of rounds) {
      const fresh = new Map(round.filter(([place]) => place < rows.length)), places = Uint32Array.from(fresh.keys()).sort();
      const next = reading.changed(places, columnsOf(Array.from(places, (place) => fresh.get(place)!))), was = said(reading.columns);
      expected = expected.map((old, i) => ({ ...(fresh.get(i) ?? old), edgeId: old.edgeId }));
      expect(next.change).toMatchObject({ since: reading.id, places });
      expect(next.range).toEqual(bucketRange(expected));
      expect(said(next.columns)).toEqual(said(columnsOf(expected)));
      expect(said(reading.columns)).toEqual(was);
      reading = next;
    }
  }));
});

it('gives columns back once, when the last who has them lets them go, and never while another reads of them', () => {
  let given = 0;
  const lent = (): RowReading => RowReading.of(columnsOf([row({ from: web, to: orders })]), () => { given++; });
  const one = lent().hold();
  one.letGo();
  expect(given).toBe(0);
  one.letGo();
  one.letGo();
  expect(given).toBe(1);
  const other = lent();
  other.changed(Uint32Array.of(0), columnsOf([row({ from: web, to: orders, requests: 9 })]));
  other.letGo();
  expect(given).toBe(1);
});
