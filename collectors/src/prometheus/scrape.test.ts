import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { fetchPage } from './scrape.ts';
import { makeTarget } from './targets.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fetched(address: string, limits = { timeoutMs: 2000, bodyBytes: 1000 }): Promise<{ format: string; body: string }> {
  let format = '', body = '';
  await fetchPage(makeTarget(address, {}, { scheme: 'http', path: '/stats/prometheus' }), limits, globalThis.fetch, (told) => {
    format = told;
    return { push: (chunk) => { body += Buffer.from(chunk).toString(); } };
  });
  return { format, body };
}

it('asks for OpenMetrics first, takes gzip, and sends credentials as a header', async () => {
  const seen: (string | undefined)[] = [];
  const address = await serve((request, response) => {
    seen.push(request.url, request.headers.authorization, request.headers.accept?.split(',')[0], request.headers['accept-encoding']);
    response.writeHead(200, { 'content-type': 'application/openmetrics-text; version=1.0.0', 'content-encoding': 'gzip' }).end(gzipSync('a 1\n# EOF\n'));
  });
  expect(await fetched(`http://me:s%20cret@${address}/m`)).toEqual({ format: 'openmetrics', body: 'a 1\n# EOF\n' });
  expect(seen).toEqual(['/m', `Basic ${Buffer.from('me:s cret').toString('base64')}`, 'application/openmetrics-text;version=1.0.0', 'gzip']);
});

it('takes any other content type as text', async () => {
  const address = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end('a 1\n'));
  expect(await fetched(address)).toEqual({ format: 'text', body: 'a 1\n' });
});

it.each<[string, RequestListener, string]>([
  ['a redirect', (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(), 'HTTP 302: redirects are not followed'],
  ['an error', (_, response) => response.writeHead(503).end('secret'), 'HTTP 503'],
  ['a body that unpacks beyond the limit', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100_000))), 'the page is longer than 1000 bytes'],
  ['a body cut short', (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('a 1\n', () => response.destroy());
  }, 'connection closed by the target'],
])('refuses %s', async (_, listener, message) => {
  await expect(fetched(await serve(listener))).rejects.toThrow(message);
});

it('gives up a target that does not end within the timeout', async () => {
  const address = await serve((_, response) => { response.writeHead(200).write('a 1\n'); });
  await expect(fetched(address, { timeoutMs: 100, bodyBytes: 1000 })).rejects.toThrow('no whole answer within 100 ms');
});

it('says that nothing listens', async () => {
  const address = await serve(() => undefined);
  await new Promise((resolve) => servers.pop()!.close(resolve));
  await expect(fetched(address)).rejects.toThrow('connection refused');
});
