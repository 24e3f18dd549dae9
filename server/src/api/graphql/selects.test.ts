import { buildSchema, graphql, type GraphQLResolveInfo } from 'graphql';
import { expect, it } from 'vitest';
import { selects } from './selects.ts';

const schema = buildSchema('type Query { graph: Graph } type Graph { edges: [Edge!]! } type Edge { id: ID!, evidence: [String!]! }');

it.each([
  ['{ graph { edges { id } } }', false],
  ['{ graph { edges { id evidence } } }', true],
  ['{ graph { edges { told: evidence } } }', true],
  ['{ graph { ...a } } fragment a on Graph { edges { ... on Edge { evidence } } }', true],
  ['query ($not: Boolean = false) { graph { edges { id evidence @include(if: $not) } } }', true],
])('tells from %s whether a field may be asked for', async (source, expected) => {
  let told: boolean | null = null;
  const { errors } = await graphql({ schema, source, rootValue: { graph: (_input: unknown, _context: unknown, info: GraphQLResolveInfo) => {
    told = selects(info, 'evidence');
    return { edges: [] };
  } } });
  expect(errors).toBeUndefined();
  expect(told).toBe(expected);
});
