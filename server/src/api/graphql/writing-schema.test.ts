import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { buildSchema, execute, isLeafType, getNamedType, isObjectType, parse, validate, type ExecutionArgs, type ExecutionResult, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schemaFile } from '../print-schema.ts';
import { ApartJson } from './apart-json.ts';
import { introspects, writingSchema } from './writing-schema.ts';

const schema = buildSchema(readFileSync(schemaFile, 'utf8'));
const writing = writingSchema(schema, ['graph']);

const texts = ['plain text', '', 'text "quoted" </script>', 'back\\slash', 'new\nline', '\u007f', 'Ærø €', '\u{1f980}\ud800', 'a longer text than most: '.repeat(9)];

/** Data for a type of the real schema, from numbers that fast-check chooses: lists of 0 to 2, nullables sometimes null. */
function valueOf(type: string, next: () => number): unknown {
  if (type.endsWith('!')) return valueOf(type.slice(0, -1), next) ?? valueOf(type, next);
  if (type.startsWith('[')) return Array.from({ length: next() % 3 }, () => valueOf(type.slice(1, -1), next));
  if (next() % 4 === 0) return null;
  const named = schema.getType(type);
  if (isObjectType(named)) return Object.fromEntries(Object.values(named.getFields()).map((field) => [field.name, valueOf(String(field.type), next)]));
  if (named && 'getValues' in named) return named.getValues()[next() % named.getValues().length]!.value;
  if (type === 'Boolean') return next() % 2 === 0;
  if (type === 'Int') return next();
  return type === 'Float' ? next() / 7 : texts[next() % texts.length]!;
}

/** A selection on a type, at most four fields deep: aliases, the same field twice, fragments, @skip and @include. */
function selectionOf(type: GraphQLObjectType, next: () => number, depth = 0): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    if (!isLeafType(named) && (depth > 3 || !isObjectType(named))) return [];
    const below = isObjectType(named) ? ` ${selectionOf(named, next, depth + 1)}` : '';
    const directive = ['', '', '', ' @skip(if: $yes)', ' @include(if: $yes)', ' @include(if: false)'][next() % 6]!;
    const alias = next() % 4 === 0 ? `other${next() % 3}${field.name}: ` : '';
    return next() % 3 === 0 ? [] : [`${alias}${field.name}${directive}${below}`];
  });
  const all = ['__typename', ...fields];
  const cut = next() % all.length;
  const fragment = [`... on ${type.name} { __typename ${all.slice(cut).join(' ')} }`, `... @include(if: $yes) { __typename ${all.slice(cut).join(' ')} }`, all.slice(cut).join(' ')][next() % 3]!;
  return `{ ${all.slice(0, cut).join(' ')} ${fragment} ${next() % 5 === 0 ? '...named' : ''} }`.replaceAll('...named', type.name === 'GraphEdge' ? '...named' : '');
}

/** The answer as it is sent. */
async function answerOf(of: GraphQLSchema, args: Omit<ExecutionArgs, 'schema'>): Promise<ExecutionResult & { readonly text: string }> {
  const apart = new ApartJson(), text = apart.whole(JSON.stringify(await execute({ schema: of, ...args, contextValue: { apart } }))).toString();
  return { ...JSON.parse(text) as ExecutionResult, text };
}

const numbers = fc.infiniteStream(fc.nat(1_000));

describe('a schema that writes', () => {
  it('answers any selection as graphql-js does', async () => {
    let compared = 0;
    await fc.assert(fc.asyncProperty(numbers, fc.boolean(), async (stream, yes) => {
      const next = (): number => Number(stream.next().value);
      const type = schema.getType('ServiceGraph') as GraphQLObjectType;
      const text = `query ($yes: Boolean!) { __typename first: graph ${selectionOf(type, next)} graph @skip(if: $yes) ${selectionOf(type, next)} ...all }
        fragment named on GraphEdge { id signals { p99Ms } } fragment all on Query { second: graph { edges { ...named signals { errorRatio } } } }`;
      const document = parse(text);
      fc.pre(validate(schema, document).length === 0);
      const args = { document, rootValue: { graph: valueOf('ServiceGraph!', next) }, variableValues: { yes } };
      const real = await execute({ schema, ...args });
      expect((await answerOf(writing, args)).text).toBe(JSON.stringify(real));
      expect(real.errors).toBeUndefined();
      compared++;
    }), { numRuns: 200 });
    expect(compared).toBeGreaterThan(50);
  });

  it('names the field whose value is not allowed', async () => {
    const document = parse('{ graph { edges { id signals { p99Ms } } } }');
    const failing = async (edges: unknown): Promise<string | undefined> => {
      const { data, errors } = await answerOf(writing, { document, rootValue: { graph: { edges } } });
      expect(data ?? null).toBeNull();
      return errors?.[0]?.message;
    };
    expect(await failing([{ id: null, signals: {} }])).toBe('ServiceGraph.edges: GraphEdge.id: there is no value of ID!');
    expect(await failing([{ id: 'a', signals: { p99Ms: NaN } }])).toContain('GraphEdge.signals: GoldenSignals.p99Ms: Float cannot represent non numeric value: NaN');
    expect(await failing([{ id: 'a' }])).toContain('GraphEdge.signals: there is no value of GoldenSignals!');
  });

  it('refuses fields that are more than data', () => {
    const bad = (sdl: string): (() => unknown) => () => writingSchema(buildSchema(sdl), ['graph']);
    expect(bad('type Query { graph: A } type A { b(n: Int): Int }')).toThrow('Query.graph cannot be written: A.b is resolved');
    expect(bad('type Query { graph: [A!]! } type A { b: B } interface B { c: Int } type C implements B { c: Int }')).toThrow('Query.graph cannot be written: B is abstract');
    expect(bad('type Query { other: Int }')).toThrow('Query.graph is not there to be written');
  });

  it('leaves other fields, their errors and resolvers alone', async () => {
    const small = writingSchema(buildSchema('type Query { graph: A other(n: Int = 2): Int } type A { b: A c: [Int] }'), ['graph']);
    const rootValue = { graph: () => ({ b: { b: null, c: [1, null] } }), other: ({ n }: { n: number }) => { if (n > 2) throw new Error('too many'); return n; } };
    const { data, errors } = await answerOf(small, { document: parse('{ graph { b { c b { c } } c } other a: other(n: 3) }'), rootValue });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ graph: { b: { c: [1, null], b: null }, c: null }, other: 2, a: null });
    expect(errors?.map((error) => [error.message, error.path])).toEqual([['too many', ['a']]]);
  });
});

it.each([['{ __schema { types { name } } }', true], ['{ ...a } fragment a on Query { t: __type(name: "Query") { name } }', true], ['{ __typename graph { __typename } }', false]])('tells whether %s asks for the schema', (text, expected) => {
  expect(introspects(parse(text))).toBe(expected);
});
