import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgeRows, plainRow } from './edge-row.ts';
import type { EdgeWindow } from './ports.ts';
import { replaceRows } from './replace-rows.ts';
import type { RowColumns } from './row-columns.ts';
import { columnsOf, orders, row, web } from './row-fixture.ts';

const anyRow = fc.record({
  from: fc.constant(web), to: fc.constant(orders), requests: fc.nat(), bytesSent: fc.nat(), openConnections: fc.nat(9), via: fc.constantFrom([], ['waypoint:shop/w']), sourcePrincipal: fc.constantFrom('', 'spiffe://a'),
  measured: fc.constantFrom(1, 3), lastBucket: fc.nat(9), responses: fc.dictionary(fc.constantFrom('http 200 -', 'http 503 UH', 'grpc 0 -'), fc.nat(9)),
  latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.nat(9)), { selector: ([index]) => index }).map((pairs) => new Map(pairs)),
}).map(row);
const said = (columns: RowColumns): unknown => edgeRows({ columns }).map((one) => ({ ...plainRow(one), responses: [...one.responses], latency: [...one.latency] }));

it('replaces whole rows and leaves the others, and the columns that were, as they are', () => {
  fc.assert(fc.property(fc.array(fc.tuple(anyRow, fc.option(anyRow)), { maxLength: 12 }), (pairs) => {
    const before = columnsOf(pairs.map(([old]) => old)), was = said(before);
    const places = Uint32Array.from(pairs.keys()).filter((i) => pairs[i]![1] !== null);
    const replaced = replaceRows(before, places, columnsOf(Array.from(places, (i) => pairs[i]![1]!)));
    const expected = pairs.map(([old, fresh]): EdgeWindow => ({ ...(fresh ?? old), edgeId: old.edgeId }));
    expect(said(replaced)).toEqual(said(columnsOf(expected)));
    expect(said(before)).toEqual(was);
  }));
});
