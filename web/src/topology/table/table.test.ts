import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edge, node } from '../testing/rows.ts';
import { cell, toCsv } from './csv.ts';
import { columns, edgeRows, sortRows } from './rows.ts';

const nodes = new Map(['web', 'checkout', 'pg'].map((name) => [name, node(name)]));
const rows = edgeRows([edge('web', 'checkout', { rps: 5, state: 'failing' }), edge('checkout', 'pg', { rps: null }), edge('checkout', 'web', { rps: 50 }), edge('web', 'gone')], (id) => nodes.get(id));

describe('rows', () => {
  it('leaves out edges without both ends', () => expect(rows).toHaveLength(3));

  it('sorts, with what is not measured last either way', () => {
    expect(sortRows(rows, { column: 'rps', descending: true }).map((row) => row.edge.rps)).toEqual([50, 5, null]);
    expect(sortRows(rows, { column: 'rps', descending: false }).map((row) => row.edge.rps)).toEqual([5, 50, null]);
  });

  it('puts the worst health first when descending', () => expect(sortRows(rows, { column: 'health', descending: true })[0]?.edge.state).toBe('failing'));

  it('keeps all rows in every order', () => {
    for (const column of columns) expect(new Set(sortRows(rows, { column, descending: true }))).toEqual(new Set(rows));
  });
});

describe('csv', () => {
  it.each([['=1+1', "'=1+1"], ['+x', "'+x"], ['-x', "'-x"], ['@SUM(A1)', "'@SUM(A1)"], ['\tx', "'\tx"], ['a,b', '"a,b"'], ['say "hi"', '"say ""hi"""'], ['=a,"b"', '"\'=a,""b"""'], ['plain', 'plain'], [-3, '-3'], [null, '']])('%j → %s', (value, text) => expect(cell(value)).toBe(text));

  it('never starts a text cell like a formula', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(cell(text).replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r]/);
    }));
  });

  it('writes one line for each edge', () => {
    const lines = toCsv(rows).split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe('shop,web,shop,checkout,http,failing,,5,0,1,5,20,1');
  });
});
