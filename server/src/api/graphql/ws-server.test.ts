import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startHttpServer, type RunningHttpServer } from '../http/http-server.ts';
import { fakeData, fakeGraph, fakeParts } from '../testing/fake-parts.ts';

const data = fakeData();
let server: RunningHttpServer;
let client: Client;

beforeAll(async () => {
  server = await startHttpServer(fakeParts(data), { host: '127.0.0.1', port: 0, consoleDirectory: '/nonexistent', observe: () => undefined, rootSpan: (_name, _attributes, run) => run(), now: Date.now });
  client = createClient({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
});
afterAll(async () => {
  await client.dispose();
  await server.stop();
});

it('sends the whole graph, then a diff when the data changes', async () => {
  const diffs = client.iterate<{ graphDiff: { base: string; version: string } }>({ query: 'subscription { graphDiff }' });
  const first = (await diffs.next()).value?.data?.graphDiff;
  expect(first).toMatchObject({ base: '', changed: { edges: { id: ['e000000000000000'] } } });
  data.graph = fakeGraph(2);
  data.version++;
  expect((await diffs.next()).value?.data?.graphDiff).toMatchObject({ base: first?.version, changed: { edges: { id: ['e000000000000000', 'e000000000000001'] } } });
  await diffs.return?.();
});

it('gives typed errors for what cannot be subscribed to', async () => {
  const bad = client.iterate({ query: 'subscription { graphDiff(input: { window: { from: 10, to: 5 } }) }' });
  expect((await bad.next()).value).toMatchObject({ errors: [{ extensions: { code: 'BAD_WINDOW' } }] });
  const deep = client.iterate({ query: `{ ${'status { version } '.repeat(400)} }` });
  await expect(deep.next()).rejects.toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
});

function handshake(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
    socket.on('unexpected-response', (_req, res) => resolve(res.statusCode ?? 0));
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('error', () => undefined);
  });
}

it('checks Host, Origin and path before the handshake', async () => {
  expect(await handshake('/graphql', {})).toBe(101);
  expect(await handshake('/graphql', { origin: server.url })).toBe(101);
  expect(await handshake('/graphql', { origin: 'http://evil.example' })).toBe(403);
  expect(await handshake('/graphql', { host: 'evil.example' })).toBe(421);
  expect(await handshake('/elsewhere', {})).toBe(404);
});
