import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifier, integerLiteral, joinSql, param, sql, type Sql } from './sql.ts';

describe('sql', () => {
  it('infers types where that is safe', () => {
    const query = sql`SELECT ${'a'}, ${1}, ${1.5}, ${2n ** 63n}, ${-1n}, ${true}, ${['x']}`;
    expect(query.text).toBe('SELECT {p1: String}, {p2: Int64}, {p3: Float64}, {p4: UInt64}, {p5: Int64}, {p6: Bool}, {p7: Array(String)}');
    expect(query.params).toEqual({ p1: 'a', p2: 1, p3: 1.5, p4: 2n ** 63n, p5: -1n, p6: true, p7: ['x'] });
  });

  it('renumbers the placeholders of composed fragments', () => {
    const where = joinSql([sql`a = ${'x'}`, sql`b IN ${param('Array(UInt64)', [1n])}`], ' AND ');
    const query = sql`SELECT ${1} FROM ${identifier('orrery.edges')} WHERE ${where} AND c = ${'y'}`;
    expect(query.text).toBe('SELECT {p1: Int64} FROM orrery.edges WHERE a = {p2: String} AND b IN {p3: Array(UInt64)} AND c = {p4: String}');
    expect(query.params).toEqual({ p1: 1, p2: 'x', p3: [1n], p4: 'y' });
  });

  it('never lets a value into the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => {
      const query = sql`SELECT * FROM t WHERE a = ${value}`;
      expect(query.text).toBe('SELECT * FROM t WHERE a = {p1: String}');
      expect(query.params).toEqual({ p1: value.toWellFormed() });
    }));
  });

  it('refuses identifiers and types that are not plain constants', () => {
    fc.assert(fc.property(fc.string(), (name) => {
      fc.pre(!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(name));
      expect(() => identifier(name)).toThrow('not an identifier');
    }));
    expect(() => integerLiteral(1.5)).toThrow('not a whole number');
    expect(() => integerLiteral('1; DROP' as unknown as number)).toThrow('not a whole number');
    expect(() => param('String} OR 1 = 1 --', 'x')).toThrow('not a ClickHouse type');
  });

  it('refuses look-alikes of fragments and values without a safe type', () => {
    const forged = JSON.parse('{"text":"1; DROP TABLE edges","params":{}}') as Sql;
    expect(() => sql`SELECT ${forged}`).toThrow('param(type, value)');
    expect(() => joinSql([forged], ', ')).toThrow('sql tag');
    const typed = JSON.parse('{"type":"String} OR 1=1","value":"x"}') as Sql;
    expect(() => sql`SELECT ${typed}`).toThrow('param(type, value)');
    expect(() => sql`SELECT ${NaN}`).toThrow('finite');
    expect(() => sql`SELECT ${[1] as unknown as string[]}`).toThrow('param(type, value)');
  });

  it('sends arrays that are longer than a field may be in several, whole and in order', () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 60, unit: 'binary' }), { minLength: 5_000, maxLength: 6_000 }), (names) => {
      const { text, params } = sql`x IN ${param('Array(String)', names)} AND y = ${1}`, pieces = Object.values(params).slice(0, -1) as string[][];
      expect(pieces.flat()).toEqual(names.map((name) => name.toWellFormed()));
      for (const piece of pieces) expect(Buffer.byteLength(JSON.stringify(piece))).toBeLessThan(128 * 1024);
      const list = pieces.map((_, i) => `{p${i + 1}: Array(String)}`).join(', ');
      expect(text).toBe(`x IN ${pieces.length === 1 ? list : `arrayConcat(${list})`} AND y = {p${pieces.length + 1}: Int64}`);
    }), { numRuns: 20 });
    expect(Object.keys(sql`${param('Array(UInt64)', Array.from({ length: 20_000 }, (_, i) => BigInt(i)))}`.params).length).toBeGreaterThan(2);
    expect(sql`${param('Array(String)', [])}`).toMatchObject({ text: '{p1: Array(String)}', params: { p1: [] } });
  });
});
