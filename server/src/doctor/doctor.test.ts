import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { loadConfig, type OrreryConfig } from '../config.ts';
import { doctor } from './doctor.ts';

function config(settings: object): OrreryConfig {
  const result = loadConfig(undefined, { env: {}, cwd: '/tmp', readFile: () => JSON.stringify(settings) });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.config;
}

async function examine(settings: object, doFetch: typeof fetch): Promise<{ readonly healthy: boolean; readonly text: string }> {
  let text = '';
  const healthy = await doctor(config(settings), { write: (more: string) => (text += more) }, doFetch);
  return { healthy, text };
}

const nobody: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
const free = { server: { port: 0 }, otlp: { grpcPort: 0, httpPort: 0 } };

it('finds nothing wrong where a start would work', async () => {
  const { healthy, text } = await examine(free, nobody);
  expect(healthy).toBe(true);
  expect(text).not.toMatch(/PROBLEM/);
});

it('names the port that is taken, and the store that does not answer', async () => {
  const holder = createServer();
  await new Promise<void>((done) => holder.listen(0, '127.0.0.1', done));
  const { port } = holder.address() as AddressInfo;
  const { healthy, text } = await examine({ ...free, otlp: { grpcPort: port, httpPort: 0 }, store: { url: 'http://user:secret@db:8123' } }, nobody);
  await new Promise((done) => holder.close(done));
  expect(healthy).toBe(false);
  expect(text).toContain(`OTLP/gRPC cannot listen on 127.0.0.1:${port}: the port is taken`);
  expect(text).toContain('no ClickHouse answers at http://db:8123');
  expect(text).not.toContain('secret');
});

const source = { source: 'scrape', feed: 'scrape:istio', target: 'http://a/metrics', state: 'down', error: 'connect ECONNREFUSED', rejected: 0, dropped: 0, newestMs: null };

it('tells a right that was not given from a source that is down', async () => {
  const forbidden = { ...source, source: 'kubernetes', feed: 'prod', target: 'pods', error: 'not allowed: pods is forbidden' };
  const data = { status: { version: '1', storeMode: 'embedded', storeReady: true, listeners: [] }, dataSources: [forbidden], rejections: [] };
  const { healthy, text } = await examine(free, () => Promise.resolve(Response.json({ data })));
  expect(healthy).toBe(true);
  expect(text).toContain('kubernetes prod pods: not allowed: pods is forbidden');
  expect(text).toContain('deploy/kubernetes/rbac.yaml');
});

it('warns of telemetry that stopped, not of configuration that nobody changes', async () => {
  const of = (name: string) => ({ ...source, source: name, feed: 'prod', state: 'stale', error: '' });
  const data = { status: { version: '1', storeMode: 'embedded', storeReady: true, listeners: [] }, dataSources: [of('kubernetes'), of('events-http'), of('scrape')], rejections: [] };
  const { text } = await examine(free, () => Promise.resolve(Response.json({ data })));
  expect(text.split('\n').filter((line) => line.startsWith('warning'))).toEqual([expect.stringContaining('scrape prod')]);
  expect(text).toContain('ok       kubernetes prod http://a/metrics told of nothing new for two minutes');
});

it('says of a running Orrery which source is down and what to do', async () => {
  const answer = { data: { status: { version: '1', storeMode: 'embedded', storeReady: true, listeners: [{ protocol: 'otlp-grpc', address: '127.0.0.1:4317' }] }, dataSources: [source], rejections: [{ source: 'otlp-http', target: '', reason: 'bad span id', count: 3 }] } };
  const { healthy, text } = await examine({}, () => Promise.resolve(Response.json(answer)));
  expect(healthy).toBe(false);
  expect(text).toContain('scrape scrape:istio http://a/metrics is down: connect ECONNREFUSED');
  expect(text).toContain('3 × refused from otlp-http: bad span id');
  expect(text.match(/→/g)?.length).toBeGreaterThanOrEqual(2);
});

it('tells another program on the port from Orrery', async () => {
  const { healthy, text } = await examine({}, () => Promise.resolve(new Response('<html>', { status: 404 })));
  expect(healthy).toBe(false);
  expect(text).toContain('answers, but not as Orrery does (HTTP 404)');
});
