import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GraphColumns } from '../../inference/graph-columns.ts';
import { columnsJson } from './columns-json.ts';

const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.constant(null), fc.integer());
const columns = (length: number) => fc.record({
  version: fc.string(), from: fc.double(), settled: fc.boolean(), strings: fc.array(fc.string({ unit: 'binary' })), quality: fc.record({ partial: fc.array(fc.string()), unresolved: fc.nat(), more: fc.record({ deep: fc.array(cell) }) }),
  nodes: fc.dictionary(fc.string(), fc.option(fc.array(cell), { nil: undefined })), edges: fc.record({ id: fc.array(cell, { minLength: length, maxLength: length }), rps: fc.array(cell, { minLength: length, maxLength: length }) }),
}) as unknown as fc.Arbitrary<GraphColumns>;

it('writes what JSON.stringify writes, however often it met a list', () => {
  fc.assert(fc.property(columns(1_000), columns(1_000), (first, second) => {
    const third = { ...second, edges: { ...second.edges, id: first.edges.id } };
    for (const one of [first, third, first, second, third]) expect(columnsJson(one).toString()).toBe(Buffer.from(JSON.stringify(one)).toString());
  }), { numRuns: 30 });
});
