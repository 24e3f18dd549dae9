import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edge, graphOf, node } from '../testing/rows.ts';
import { evaluate, holds } from './evaluate.ts';
import { edits, nearest } from './nearest.ts';
import { operands } from './operands.ts';
import { parseFind } from './parse.ts';
import { FindSyntaxError } from './tokenize.ts';

const graph = graphOf(
  [node('web', { namespace: 'storefront', isRoot: true }), node('checkout', { namespace: 'shop', state: 'failing', errorRatio: 0.09, rps: 400 }), node('payment', { namespace: 'payments', version: 'v2' }), node('api.bank', { namespace: '', kind: 'external', isOutsideMesh: true })],
  [edge('web', 'checkout', { rps: 190, errorRatio: 0.124, state: 'failing', p99Ms: 310 }), edge('checkout', 'payment', { rps: 412, errorRatio: 0, mtlsShare: 0.5 }), edge('payment', 'api.bank', { protocol: 'tcp', rps: null, errorRatio: null, mtlsShare: null })],
);

function find(text: string): string {
  const expression = parseFind(text);
  if (!expression) return '';
  const { nodes, edges } = evaluate(expression, graph);
  return [...nodes, ...edges].join(' ');
}

describe('find expressions', () => {
  it.each([
    ['ns = shop', 'checkout web>checkout checkout>payment'],
    ['ns = shop and %httperr > 1', 'checkout web>checkout'],
    ['ns in (payments, storefront)', 'web payment web>checkout checkout>payment payment>api.bank'],
    ['ns not in (shop, payments)', 'web api.bank'],
    ['ns != shop', 'web payment api.bank payment>api.bank'],
    ['%httperr = NaN', 'web payment api.bank payment>api.bank'],
    ['rps != NaN and rps >= 400', 'checkout checkout>payment'],
    ['plaintext', 'checkout>payment'],
    ['plaintext or trafficsource', 'web checkout>payment'],
    ['not (ns = shop or ns = payments)', 'web api.bank'],
    ['name contains PAY', 'payment checkout>payment payment>api.bank'],
    ['destination startswith check', 'web>checkout'],
    ['destination not endswith out', 'web checkout payment api.bank checkout>payment payment>api.bank'],
    ['sourcens = shop and destns = payments', 'checkout>payment'],
    ['protocol = tcp', 'payment>api.bank'],
    ['outside', 'api.bank'],
    ['version = v2 AND wl = payment', 'payment checkout>payment payment>api.bank'],
    ['mtls < 99', 'checkout>payment'],
    ['pay', 'payment'],
    ['"api.bank"', 'api.bank'],
    ['rt > 300', 'web>checkout'],
    ['ns = shop and failing or outside', 'checkout api.bank web>checkout'],
    ['errors > 5 %', 'checkout web>checkout'],
    ['p99 >= 0.3 s and rps < 200rps', 'web>checkout'],
    ['changed > 5 %', ''],
    ['changed = NaN and outside', 'api.bank'],
    ['  ', ''],
  ])('%s', (text, expected) => expect(find(text)).toBe(expected));

  it.each([
    ['ns = shop and %htperr > 1', 14, 'Column 15: no operand %htperr. Did you mean %httperr?'],
    ['ns shop', 3, 'Column 4: an operator is missing after ns: = != > >= < <= contains startswith endswith in'],
    ['ns = ', 5, 'Column 6: a value is missing'],
    ['rps > fast', 6, 'Column 7: fast is no number'],
    ['rps > 5 %', 8, 'Column 9: expected «and» or «or» before %'],
    ['p99 > 5%', 6, 'Column 7: % is no unit of it: use ms s'],
    ['confidence > 5%', 13, 'Column 14: % is no unit of it'],
    ['ns > shop', 3, 'Column 4: ns is a text: use = != contains startswith endswith in'],
    ['rps contains 3', 4, 'Column 5: rps is a number: use = != > >= < <='],
    ['(ns = shop', 10, 'Column 11: a closing ) is missing'],
    ['ns = shop)', 9, 'Column 10: expected «and» or «or» before )'],
    ['ns = "shop', 5, 'Column 6: the quotation does not end'],
    ['ns in shop', 6, 'Column 7: in needs a list: in (a, b)'],
    ['failing and', 11, 'Column 12: an operand is missing'],
    ['zzzzzz = 1', 0, 'Column 1: no operand zzzzzz. ? lists them.'],
    ['constructor = 1', 0, 'Column 1: no operand constructor. ? lists them.'],
  ])('%s is refused with its place', (text, offset, message) => {
    let caught: unknown;
    try {
      parseFind(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(FindSyntaxError);
    expect((caught as FindSyntaxError).offset).toBe(offset);
    expect((caught as FindSyntaxError).message).toBe(message);
  });

  it('refuses or accepts any text, and points inside it when it refuses', () => {
    const words = fc.constantFrom('ns', 'rps', '%httperr', 'failing', '=', '>', 'in', '(', ')', ',', 'and', 'or', 'not', 'contains', '5', 'shop', '"a b"', '"', '!', 'NaN');
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 40 }), fc.array(words, { maxLength: 14 }).map((list) => list.join(' '))), (text) => {
      try {
        const expression = parseFind(text);
        if (expression) evaluate(expression, graph);
      } catch (error) {
        expect(error).toBeInstanceOf(FindSyntaxError);
        expect((error as FindSyntaxError).offset).toBeLessThanOrEqual(text.length);
      }
    }), { numRuns: 400 });
  });

  it('ends deep nesting with an error, not with the stack', () => {
    expect(() => parseFind(`${'('.repeat(5000)}failing`)).toThrow(FindSyntaxError);
  });
});

const atoms = fc.constantFrom('ns = shop', 'failing', 'rps > 100', 'plaintext', 'name contains a', '%httperr = NaN');

describe('laws of find expressions', () => {
  it('and, or and not behave as sets do', () => {
    fc.assert(fc.property(atoms, atoms, (a, b) => {
      const set = (text: string): Set<string> => new Set(find(text).split(' ').filter((id) => id !== ''));
      expect(set(`${a} and ${b}`)).toEqual(new Set([...set(a)].filter((id) => set(b).has(id))));
      expect(set(`${a} or ${b}`)).toEqual(new Set([...set(a), ...set(b)]));
      expect(set(`not (${a} or ${b})`)).toEqual(set(`not ${a} and not ${b}`));
      expect(set(`not not ${a}`)).toEqual(set(a));
    }));
  });

  it('every operand answers for nodes and edges', () => {
    for (const [name, operand] of Object.entries(operands)) {
      const text = operand.type === 'flag' ? name : `${name} = ${operand.type === 'number' ? 'NaN' : 'x'}`;
      const expression = parseFind(text)!;
      expect(typeof holds(expression, { kind: 'node', node: graph.nodes.get('web')! })).toBe('boolean');
    }
  });
});

describe('nearest', () => {
  it.each([['%htperr', '%httperr'], ['namspace', 'namespace'], ['hg', null], ['protocl', 'protocol']])('%s → %s', (word, expected) => expect(nearest(word, ['%httperr', 'namespace', 'protocol', 'ns'])).toBe(expected));

  it('counts edits as a distance', () => {
    fc.assert(fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(edits(a, b)).toBe(edits(b, a));
      expect(edits(a, b) === 0).toBe(a === b);
      expect(edits(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }));
  });
});
