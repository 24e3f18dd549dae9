import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeData, fakeParts } from '../testing/fake-parts.ts';
import { startHttpServer, type RunningHttpServer } from './http-server.ts';

let server: RunningHttpServer;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'orrery-console-'));
  mkdirSync(join(directory, 'dist/assets'), { recursive: true });
  writeFileSync(join(directory, 'dist/index.html'), '<!doctype html>console');
  writeFileSync(join(directory, 'dist/assets/index-abc.js'), 'export {}');
  writeFileSync(join(directory, 'dist/theme.js'), 'void 0');
  writeFileSync(join(directory, 'secret.txt'), 'hunter2');
  server = await startHttpServer(fakeParts(fakeData()), { host: '127.0.0.1', port: 0, consoleDirectory: join(directory, 'dist'), observe: () => undefined, rootSpan: (_name, _attributes, run) => run(), now: Date.now });
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

it.each(['/', '/topology', '/trace/0123', '/table?type=app'])('gives the console for the page %s, to be asked for again each time', async (path) => {
  const response = await fetch(server.url + path);
  expect(await response.text()).toBe('<!doctype html>console');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
});

it('lets browsers keep files that are named by their content, and no others', async () => {
  expect((await fetch(`${server.url}/assets/index-abc.js`)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${server.url}/theme.js`)).headers.get('cache-control')).toBe('no-cache');
});

it.each(['/assets/missing.js', '/api/unknown', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt'])('has nothing at %s', async (path) => {
  const response = await fetch(server.url + path);
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(await response.text()).not.toContain('hunter2');
});
