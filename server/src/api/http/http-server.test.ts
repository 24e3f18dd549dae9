import { request } from 'node:http';
import { auditServer } from 'graphql-http';
import { storeError } from '@orrery/collectors/store/store-error';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeData, fakeGraph, fakeParts } from '../testing/fake-parts.ts';
import { startHttpServer, type RunningHttpServer } from './http-server.ts';

const data = fakeData();
let server: RunningHttpServer;

beforeAll(async () => {
  server = await startHttpServer(fakeParts(data), { host: '127.0.0.1', port: 0, consoleDirectory: '/nonexistent', observe: () => undefined, rootSpan: (_name, _attributes, run) => run(), now: Date.now });
});
afterAll(() => server.stop());

interface Answer { readonly status: number; readonly headers: Record<string, string | string[] | undefined>; readonly body: string }

/** A request whose Host can be chosen, which `fetch` does not allow. */
function raw(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(path, server.url);
    const req = request({ host: url.hostname, port: url.port, path: url.pathname + url.search, method, headers }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

interface GraphqlAnswer { readonly data?: Record<string, unknown>; readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[] }

async function query(text: string, variables: Record<string, unknown> = {}): Promise<GraphqlAnswer> {
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text, variables }) });
  return (await response.json()) as GraphqlAnswer;
}

const codes = (answer: GraphqlAnswer): (string | undefined)[] => (answer.errors ?? []).map((error) => error.extensions?.code);

it('passes every audit of GraphQL over HTTP', async () => {
  const results = await auditServer({ url: `${server.url}/graphql`, fetchFn: fetch });
  expect(results.filter((result) => result.status !== 'ok').map((result) => `${result.status} ${result.id} ${result.name}`)).toEqual([]);
  expect(results.length).toBeGreaterThan(60);
});

describe('graph', () => {
  it('is answered as objects', async () => {
    const answer = await query('{ graph { window { from settled } nodes { label health } edges { id responses { code flags count } } } }');
    expect(answer).toEqual({ data: { graph: {
      window: { from: 1_799_999_700, settled: false },
      nodes: [{ label: 'orders', health: 'Healthy' }, { label: 'web', health: 'Healthy' }],
      edges: [{ id: 'e000000000000000', responses: [{ code: '503', flags: 'UH', count: 3 }] }],
    } } });
  });

  it('is refused as objects beyond 1,000 edges, not as columns', async () => {
    data.graph = fakeGraph(1_001);
    data.version++;
    const answer = await query('{ graph { edges { id } } }');
    expect(codes(answer)).toEqual(['GRAPH_TOO_LARGE']);
    expect(answer.errors?.[0]?.message).toContain('graphColumns');
    const columns = (await query('{ graphColumns }')).data?.['graphColumns'] as { edges: { id: string[] } };
    expect(columns.edges.id).toHaveLength(1_001);
    data.graph = fakeGraph();
    data.version++;
  });

  it('gives an edge with its series, null for an unknown one, and says what is no id', async () => {
    const answer = await query('{ edge(id: "e000000000000000") { source { label } destination { label } series { time requestsPerSecond errorsPerSecond callers { errorRatio errorRatios } } } none: edge(id: "f000000000000000") { window { to } } node(id: "00006f7264657273") { inbound { id } outbound { id } neighbours { label } } }');
    expect(answer.data).toEqual({
      edge: { source: { label: 'web' }, destination: { label: 'orders' }, series: { time: [1], requestsPerSecond: [2], errorsPerSecond: [null], callers: { errorRatio: 0.5, errorRatios: [0.5] } } },
      none: null,
      node: { inbound: [{ id: 'e000000000000000' }], outbound: [], neighbours: [{ label: 'orders' }, { label: 'web' }] },
    });
    for (const field of ['edge', 'node']) expect(codes(await query(`{ ${field}(id: "web") { window { to } } }`))).toEqual(['BAD_INPUT']);
  });

  it.each([
    ['{ from: 1800000100 }', 'BAD_WINDOW'],
    ['{ from: 10, to: 5 }', 'BAD_WINDOW'],
    ['{ from: 1799999000000 }', 'BAD_WINDOW'],
    ['{ from: 0, to: 100 }', 'BAD_WINDOW'],
  ])('refuses the window %s', async (window, code) => {
    expect(codes(await query(`{ graph(input: { window: ${window} }) { type } }`))).toEqual([code]);
  });

  it('says in quality when a window was cut', async () => {
    const answer = await query('{ graph(input: { window: { from: 1799999000, to: 1800009000 } }) { quality { partial } } }');
    expect(answer.data).toEqual({ graph: { quality: { partial: ['the window ends in the future: cut to now'] } } });
  });
});

describe('/api/graph', () => {
  it('compresses, and answers 304 to its own ETag until the data changes', async () => {
    const first = await raw('/api/graph', { 'accept-encoding': 'gzip' });
    expect(first).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip', vary: expect.stringMatching(/accept-encoding/i) as string, 'cache-control': 'private, no-cache' } });
    const plain = await raw('/api/graph');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['etag']).not.toBe(first.headers['etag']);
    expect(JSON.parse(plain.body)).toMatchObject({ edges: { id: ['e000000000000000'] } });

    const etag = String(plain.headers['etag']);
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(await raw('/api/graph', { 'if-none-match': `W/"x", ${etag}` })).toMatchObject({ status: 304, body: '' });
    data.version++;
    data.graph = fakeGraph(2);
    expect((await raw('/api/graph', { 'if-none-match': etag })).status).toBe(200);
  });

  it('computes once for concurrent askers', async () => {
    data.version++;
    const before = data.computed;
    await Promise.all([raw('/api/graph'), raw('/api/graph'), raw('/api/graph?type=workload'), query('{ graphColumns }')]);
    expect(data.computed - before).toBe(1);
  });

  it.each(['/api/graph?type=mesh', '/api/graph?form=1', '/api/graph?idle=maybe', '/api/graph?from=x', '/api/graph?from=1&from=2'])('refuses %s', async (path) => {
    const answer = await raw(path);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: expect.stringMatching(/^BAD_/) as string } });
  });
});

describe('errors', () => {
  it('names a store failure and masks the unexpected', async () => {
    for (const error of [Object.assign(new Error('connect secret-host'), { code: 'ECONNREFUSED' }), new Error('The user aborted a request.'), new DOMException('secret', 'TimeoutError')]) {
      data.version++;
      data.failure = storeError('graph', error);
      expect(codes(await query('{ graph { type } }'))).toEqual(['STORE_UNAVAILABLE']);
      expect(await raw('/api/graph')).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    }
    data.version++;
    data.failure = storeError('graph', new TypeError('secret-answer'));
    expect(codes(await query('{ graph { type } }'))).toEqual(['INTERNAL']);
    data.version++;
    data.failure = new Error('secret-detail');
    const answer = await query('{ graph { type } }');
    expect(codes(answer)).toEqual(['INTERNAL']);
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(answer.errors?.[0]?.message).toMatch(/unexpected error [0-9a-f]{12}/);
    expect(await raw('/readyz')).toMatchObject({ status: 503, body: '{"ready":false,"reasons":["secret-detail"]}' });
    data.failure = null;
    data.version++;
  });

  it.each([
    ['aliases', `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    ['depth', '{ node(id: "a") { inbound { evidence { via } signals { p50Ms } } a: neighbours { signals { p50Ms { a { b { c { d { e } } } } } } } } }'],
    ['cost', `{ ${Array.from({ length: 15 }, (_, i) => `a${i}: status { version }`).join(' ')} graph { type } graphColumns edge(id: "") { window { to } } node(id: "") { window { to } } dataSources { source } rejections { source } }`],
    ['tokens', `{ ${'status { version } '.repeat(400)} }`],
    ['spread bombs', `{ ...f0 } ${Array.from({ length: 20 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f20 on Query { status { version } }`],
    ['nested introspection', `{ __schema { types { ${'fields { type { '.repeat(10)} name ${'} }'.repeat(10)} } } }`],
  ])('refuses too much of %s', async (_what, text) => {
    const answer = await query(text);
    expect(answer.data).toBeUndefined();
    expect(new Set(codes(answer))).toEqual(new Set(['LIMIT_EXCEEDED']));
  });

  it('takes one operation at a time: no batches', async () => {
    const answer = await raw('/graphql', { 'content-type': 'application/json' }, 'POST', '[{"query":"{__typename}"},{"query":"{__typename}"}]');
    expect(answer.status).toBe(400);
  });

  it('takes a full introspection query where that is allowed', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect((await query(getIntrospectionQuery())).errors).toBeUndefined();
  });

  it.each(['/graphql', '/api/v1/events', '/api/v1/findings/at-stake'])('refuses a body beyond the limit of %s with 413, before it has come', async (path) => {
    const answer = await raw(path, { 'content-type': 'application/json', 'content-length': String(64 * 1024 * 1024) }, 'POST', '{');
    expect([answer.status, answer.headers['connection']]).toEqual([413, 'close']);
    expect(answer.body).toContain('the request body is longer than');
  });
});

it.each([['GET', '/api/nothing?token=hunter2'], ['GET', '/api/v1/events'], ['DELETE', '/api/graph'], ['POST', '/topology'], ['GET', '/api/%zz']])('says that nothing is served at %s %s, as errors are told everywhere', async (method, path) => {
  const answer = await raw(path, { 'content-type': 'application/json' }, method);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([404, { error: { code: 'NOT_FOUND', message: expect.stringContaining(`${method} ${path.split('?')[0]!}:`) as string } }]);
  expect(answer.body).not.toContain('hunter2');
});

describe('guard', () => {
  const paths = ['/', '/topology', '/api/graph', '/graphql?query=%7B__typename%7D', '/healthz', '/readyz', '/metrics', '/assets/x.js', '/api/v1/flows', '/nothing.txt'];

  it.each(paths)('refuses a foreign Host on %s', async (path) => {
    expect((await raw(path, { host: 'evil.example' })).status).toBe(421);
  });

  it.each(paths)('refuses a foreign Origin on %s', async (path) => {
    expect((await raw(path, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await raw(path, { origin: 'null' })).status).toBe(403);
  });

  it.each(paths)('refuses to be loaded by pages of other sites on %s', async (path) => {
    expect((await raw(path, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
  });

  it('lets links from elsewhere and its own pages through', async () => {
    expect((await raw('/healthz', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status).toBe(200);
    expect((await raw('/healthz', { origin: server.url, host: new URL(server.url).host })).status).toBe(200);
    expect((await raw('/healthz', { host: 'localhost:1234' })).status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])('refuses to take a post of %s', async (type) => {
    for (const path of ['/graphql', '/api/v1/flows']) {
      expect((await raw(path, type === '' ? {} : { 'content-type': type }, 'POST', '{"query":"{__typename}"}')).status).toBe(415);
    }
    expect((await raw('/api/v1/flows', { 'content-type': 'application/x-ndjson' }, 'POST', '{}')).status).toBe(204);
  });
});

describe('console', () => {
  it('says how to build it where it is missing', async () => {
    const answer = await raw('/topology?x=1');
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('npm run build');
    expect((await raw('/assets/missing.js')).status).toBe(404);
  });

  it('is sent with a policy that allows no inline script', async () => {
    const policy = String((await raw('/')).headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect((await raw('/')).headers['x-content-type-options']).toBe('nosniff');
  });
});
