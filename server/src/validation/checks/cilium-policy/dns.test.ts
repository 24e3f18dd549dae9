import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternTakesIn } from './dns.ts';

/** The same told by a regular expression, for short patterns. */
const byExpression = (pattern: string, name: string): boolean =>
  pattern === '*' || pattern === name || new RegExp(`^${[...pattern].map((one) => (one === '*' ? '[^.]*' : one === '.' ? '\\.' : one)).join('')}$`).test(name);

describe('patternTakesIn', () => {
  it.each([
    ['*', 'a.example', true], ['*.example', 'a.example', true], ['*.example', 'a.b.example', false], ['**.example', 'a.b.example', true], ['**.example', 'example', false],
    ['a*c.example', 'abc.example', true], ['a*c.example', 'a.c.example', false], ['api.example', 'api.example', true], ['api.example', 'www.example', false], ['*.example', '*.example', true],
  ])('%s and %s: %s', (pattern, name, expected) => { expect(patternTakesIn(pattern, name)).toBe(expected); });

  it('is the regular expression of the pattern', () => {
    const letters = (symbols: string) => fc.string({ unit: fc.constantFrom(...symbols), maxLength: 8 });
    fc.assert(fc.property(letters('ab.*'), letters('ab.'), (pattern, name) => {
      fc.pre(!pattern.includes('**'));
      expect(patternTakesIn(pattern, name)).toBe(byExpression(pattern, name));
    }), { numRuns: 2_000 });
  });

  it('answers at once, whatever the pattern', () => {
    expect(patternTakesIn('*a'.repeat(50_000), 'a'.repeat(100_000))).toBe(true);
    expect(patternTakesIn(`${'*a'.repeat(2_000)}b`, 'a'.repeat(4_000))).toBe(false);
  });
});
