import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { shareJson, SharedJsonSocket } from './shared-json.ts';

it.each([1, 100_000])('makes a value that several messages contain to text once, and sends it as what it is: with a text of %i', async (length) => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = new WebSocketServer({ server: http, WebSocket: SharedJsonSocket });
  let made = 0;
  const hostile = { toJSON: () => { made++; return { name: '$& $1 "quoted" \\ \u2028', list: [1, null, { deep: 'x'.repeat(length) }] }; } }, other = { n: 2 };
  server.on('connection', (socket: SharedJsonSocket) => {
    for (const id of ['a', 'b']) socket.send(JSON.stringify({ id, payload: { data: shareJson({ hostile, number: 7, other, nothing: null }) } }));
    socket.send(JSON.stringify({ id: 'plain' }));
  });
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const received: unknown[] = [];
  client.on('message', (data: Buffer) => { received.push(JSON.parse(data.toString())); });
  await expect.poll(() => received.length).toBe(3);
  client.terminate();
  server.close();
  http.close();

  const data = { hostile: { name: '$& $1 "quoted" \\ \u2028', list: [1, null, { deep: 'x'.repeat(length) }] }, number: 7, other: { n: 2 }, nothing: null };
  expect(received).toEqual([{ id: 'a', payload: { data } }, { id: 'b', payload: { data } }, { id: 'plain' }]);
  expect(made).toBe(1);
});
