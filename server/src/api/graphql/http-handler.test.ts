import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { buildSchema, type GraphQLSchema } from 'graphql';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiError } from '../errors.ts';
import { createGraphqlHttpHandler } from './http-handler.ts';
import { defaultLimits } from './limits.ts';
import { createOperations } from './operations.ts';

const name = 'cost: $& $1 "quoted" </script>\u2028';
const many = Array.from({ length: 2_000 }, (_, i) => `${name} ${i}`);

function served(): GraphQLSchema {
  const schema = buildSchema('type Query { graph: Graph! many: [String!]! broken: String } type Graph { names: [String!]! }');
  const fields = schema.getQueryType()!.getFields();
  fields['graph']!.resolve = () => Promise.resolve({ names: [name, 'b'] });
  fields['many']!.resolve = () => many;
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

it('compresses what is large, where the client takes that', async () => {
  const sent = async (query: string, accepted: string): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> => new Promise((done, fail) => {
    const call = request(url, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-encoding': accepted } }, (response) => {
      buffer(response).then((body) => { done({ headers: response.headers, body }); }, fail);
    });
    call.once('error', fail);
    call.end(JSON.stringify({ query }));
  });
  const large = '{ many graph { names } }', answer = { data: { many, graph: { names: [name, 'b'] } } };
  const [zstd, gzip, plain, small] = await Promise.all([sent(large, 'gzip, zstd'), sent(large, 'gzip'), sent(large, 'identity'), sent('{ graph { names } }', 'zstd')]);
  expect([zstd, gzip, plain, small].map(({ headers }) => headers['content-encoding'])).toEqual(['zstd', 'gzip', undefined, undefined]);
  expect([zstdDecompressSync(zstd.body), gunzipSync(gzip.body), plain.body].map((body) => JSON.parse(body.toString()) as unknown)).toEqual([answer, answer, answer]);
  expect(zstd.body.length).toBeLessThan(plain.body.length / 4);
  expect(plain.headers.vary).toBe('accept-encoding');
});

it('tells of the schema as it is', async () => {
  expect(await ask('{ __type(name: "Query") { fields { name type { kind ofType { name kind } } } } }')).toEqual({ data: { __type: { fields: [
    { name: 'graph', type: { kind: 'NON_NULL', ofType: { name: 'Graph', kind: 'OBJECT' } } },
    { name: 'many', type: { kind: 'NON_NULL', ofType: { name: null, kind: 'LIST' } } },
    { name: 'broken', type: { kind: 'SCALAR', ofType: null } },
  ] } } });
});

it('refuses what does not fit the schema', async () => {
  expect(await ask('{ graph { nmes } }')).toMatchObject({ errors: [{ message: 'Cannot query field "nmes" on type "Graph". Did you mean "names"?', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});
