import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, type GraphQLSchema } from 'graphql';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiError } from '../errors.ts';
import { createGraphqlHttpHandler } from './http-handler.ts';
import { defaultLimits } from './limits.ts';
import { createOperations } from './operations.ts';

const name = 'cost: $& $1 "quoted" </script>\u2028';

function served(): GraphQLSchema {
  const schema = buildSchema('type Query { graph: Graph! broken: String } type Graph { names: [String!]! }');
  const fields = schema.getQueryType()!.getFields();
  fields['graph']!.resolve = () => Promise.resolve({ names: [name, 'b'] });
  fields['broken']!.resolve = () => { throw new ApiError('BAD_INPUT', `${name} is not there`); };
  return schema;
}

let url = '';
const schema = served(), logger = pino({ level: 'silent' });
const handle = createGraphqlHttpHandler(schema, createOperations(schema, defaultLimits, true), logger);
const server = createServer((req, res) => void handle(req, res));
beforeAll(async () => {
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => { server.close(); });

const ask = async (query: string): Promise<unknown> => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  return response.json();
};

it('answers with the data as it is, whatever its strings say', async () => {
  expect(await ask('{ graph { names } a: graph { n: names } }')).toEqual({ data: { graph: { names: [name, 'b'] }, a: { n: [name, 'b'] } } });
});

it('answers with what there is beside what failed', async () => {
  expect(await ask('{ graph { names } broken }')).toEqual({
    data: { graph: { names: [name, 'b'] }, broken: null },
    errors: [{ message: `${name} is not there`, path: ['broken'], locations: [{ line: 1, column: 19 }], extensions: { code: 'BAD_INPUT' } }],
  });
});

it('tells of the schema as it is', async () => {
  expect(await ask('{ __type(name: "Query") { fields { name type { kind ofType { name kind } } } } }')).toEqual({ data: { __type: { fields: [
    { name: 'graph', type: { kind: 'NON_NULL', ofType: { name: 'Graph', kind: 'OBJECT' } } },
    { name: 'broken', type: { kind: 'SCALAR', ofType: null } },
  ] } } });
});

it('refuses what does not fit the schema', async () => {
  expect(await ask('{ graph { nmes } }')).toMatchObject({ errors: [{ message: 'Cannot query field "nmes" on type "Graph". Did you mean "names"?', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});
