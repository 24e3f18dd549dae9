import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { defaultLimits, exceededLimits } from './limits.ts';

const exceeded = (text: string, limits = {}): readonly string[] => exceededLimits(parse(text), { ...defaultLimits, ...limits }).map((error) => error.message.replace(/^the query's | is .*$/g, ''));

it('counts fragments at each place where they are spread', () => {
  const text = '{ ...a ...a b: x } fragment a on Query { one: x { ...c } } fragment c on T { two: y }';
  expect(exceeded(text, { aliases: 5 })).toEqual([]);
  expect(exceeded(text, { aliases: 4 })).toEqual(['number of aliases']);
  expect(exceeded(text, { depth: 1 })).toEqual(['depth']);
});

it('counts every operation of a document, and root fields more than others', () => {
  expect(exceeded('query a { x y } query b { x { z } }', { cost: 102, rootCost: 50 })).toEqual([]);
  expect(exceeded('query a { x y } query b { x { z } }', { cost: 101, rootCost: 50 })).toEqual(['cost']);
});

it('ends on fragments that spread themselves', () => {
  expect(exceeded('{ ...a } fragment a on Query { x ...b } fragment b on Query { y ...a }')).toEqual([]);
});

it('measures a document in time linear in its size, however often fragments double', () => {
  const fragments = Array.from({ length: 400 }, (_, i) => `fragment f${i} on Query { x ...f${i + 1} ...f${i + 1} }`).join(' ');
  expect(exceeded(`{ ...f0 } ${fragments} fragment f400 on Query { x }`)).toContain('cost');
});
