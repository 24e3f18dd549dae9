import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../../contract/targets.ts';
import { exportJson } from '../mesh-spans.ts';
import { patience, startWhole, type WholeOrrery } from '../whole-orrery.ts';
import { scriptedProxy, type End, type ScriptedProxy } from './scripted-proxy.ts';
import { toldGraph, type ToldEdge, type ToldGraph } from './told.ts';

/** What proxies report is scraped by a real server, and the graph must add it up as a person would. One namespace a story. */
const dir = temporaryDir();
const proxies: ScriptedProxy[] = [];
const stops: (() => Promise<unknown>)[] = [];
let orrery: WholeOrrery;
const window = { from: 0, to: 0 };
const stories: { readonly before: () => void; readonly happens: () => void; readonly later: () => void }[] = [];

/** A proxy that the server scrapes, under a path of its own. */
function proxy(path: string, labels: Readonly<Record<string, string>> = {}, component: 'proxy' | 'ztunnel' = 'proxy'): ScriptedProxy {
  const made = scriptedProxy(`/${path}`, labels, component);
  proxies.push(made);
  return made;
}

/** Counters before anybody looked, what happens between two scrapes, and after two more. */
function story(parts: { before?: () => void; happens: () => void; later?: () => void }): void {
  stories.push({ before: () => undefined, later: () => undefined, ...parts });
}

const told = (namespace: string): Promise<ToldGraph> => toldGraph(orrery.url, namespace, window);
const edge = async (namespace: string, key: string): Promise<Partial<ToldEdge> | undefined> => (await told(namespace)).get(key);
const inNamespace = (namespace: string) => (name: string, cluster?: string): End => ({ name, namespace, ...(cluster === undefined ? {} : { cluster }) });

/** Sent once everything happened. */
const spans: object[] = [];

/** One request from outside through `istio-ingressgateway` to orders, as Envoys at both trace it. */
function enteringSpans(namespace: string): object {
  const id = (bytes: number): string => randomBytes(bytes).toString('hex');
  const traceId = id(16), entered = id(8), passed = id(8), start = BigInt(Date.now() - 1_000) * 1_000_000n;
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
  const of = (type: string, app: string, made: readonly object[], cluster: string): object => ({
    resource: { attributes: [text('service.name', `${app}.${namespace}`)] },
    scopeSpans: [{ spans: made.map((one, i) => ({
      traceId, name: `orders.${namespace}.svc.cluster.local:8080/*`, startTimeUnixNano: String(start + BigInt(i)), endTimeUnixNano: String(start + 5_000_000n), ...one,
      attributes: [['component', 'proxy'], ['node_id', `${type}~10.0.0.1~${app}-5c7d8f9b6d-x2x4z.${namespace}~${namespace}.svc.cluster.local`], ['upstream_cluster', cluster], ['istio.canonical_service', app], ['istio.namespace', namespace], ['istio.cluster_id', 'here'], ['http.status_code', '200']].map(([key, value]) => text(key!, value!)),
    })) }],
  });
  return { resourceSpans: [
    of('router', 'istio-ingressgateway', [{ spanId: entered, kind: 2 }, { spanId: passed, parentSpanId: entered, kind: 3 }], `outbound|8080||orders.${namespace}.svc.cluster.local`),
    of('sidecar', 'orders', [{ spanId: id(8), parentSpanId: passed, kind: 2 }], 'inbound|8080||'),
  ] };
}

const everyProxyScraped = (times: number): Promise<void> => {
  const from = new Map(proxies.map((one) => [one, one.scrapes()]));
  return vi.waitFor(() => expect(proxies.every((one) => one.scrapes() >= from.get(one)! + times)).toBe(true), patience);
};

describe('timeouts that the source alone sees', () => {
  const at = inNamespace('timeouts'), [web, orders] = [at('web'), at('orders')];
  const client = proxy('timeouts/web'), server = proxy('timeouts/orders');
  story({
    happens() {
      const call = { from: web, to: orders, service: 'orders.timeouts' };
      client.calls({ ...call, reporter: 'source', code: '200', count: 90 });
      client.calls({ ...call, reporter: 'source', code: '504', flags: 'UT', count: 10 });
      // Six of the ten arrived; the others still wait in a queue.
      server.calls({ ...call, reporter: 'destination', code: '200', count: 90 });
      server.calls({ ...call, reporter: 'destination', code: '0', flags: 'DC', count: 6 });
    },
  });
  it('are the client’s outcomes and never added to requests', async () => {
    expect(await edge('timeouts', 'web → orders')).toMatchObject({ requests: 96, errors: 6, clientErrors: 10, responses: { '200 -': 90, '0 DC': 6, 'client 504 UT': 10 } });
  });
});

describe('retries', () => {
  const at = inNamespace('retries'), [web, orders] = [at('web'), at('orders')];
  const client = proxy('retries/web'), server = proxy('retries/orders');
  story({
    happens() {
      const call = { from: web, to: orders, service: 'orders.retries' };
      client.calls({ ...call, reporter: 'source', code: '200', count: 100 });
      server.calls({ ...call, reporter: 'destination', code: '200', count: 100 });
      server.calls({ ...call, reporter: 'destination', code: '503', count: 20 });
    },
  });
  it('count each attempt where it arrived, once', async () => {
    expect(await edge('retries', 'web → orders')).toMatchObject({ requests: 120, errors: 20, clientErrors: 0, responses: { '200 -': 100, '503 -': 20 } });
  });
});

describe('refused connections', () => {
  const at = inNamespace('refused'), [web, orders] = [at('web'), at('orders')];
  const client = proxy('refused/web'), server = proxy('refused/orders');
  story({
    happens() {
      const call = { from: web, service: 'orders.refused' };
      client.calls({ ...call, to: orders, reporter: 'source', code: '200', count: 70 });
      server.calls({ ...call, to: orders, reporter: 'destination', code: '200', count: 70 });
      // The pod was chosen, and took no connection.
      client.calls({ ...call, to: orders, reporter: 'source', code: '503', flags: 'UF,URX', count: 30 });
      // No pod was left to choose.
      client.calls({ ...call, to: null, reporter: 'source', code: '503', flags: 'UH', count: 5 });
    },
  });
  it('are requests that failed though the destination never saw them', async () => {
    const graph = await told('refused');
    expect(graph.get('web → orders')).toMatchObject({ requests: 105, errors: 35, responses: { '200 -': 70, '503 UF,URX': 30, '503 UH': 5 } });
    expect([...graph.keys()]).toEqual(['web → orders']);
  });
});

describe('two feeds of one proxy', () => {
  const at = inNamespace('feeds'), [web, orders] = [at('web'), at('orders')];
  const server = proxy('feeds/orders');
  story({
    before: () => { server.calls({ from: web, to: orders, service: 'orders.feeds', reporter: 'destination', code: '200', count: 500 }); },
    happens: () => { server.calls({ from: web, to: orders, service: 'orders.feeds', reporter: 'destination', code: '200', count: 80 }); },
  });
  it('count once', async () => {
    const told = await edge('feeds', 'web → orders');
    expect(told).toMatchObject({ requests: 80, errors: 0 });
    // Both came, and each tells all of it.
    expect(Object.values(told!.feeds!)).toEqual([80, 80]);
  });
});

describe('a proxy that starts anew', () => {
  const at = inNamespace('restart'), [web, orders] = [at('web'), at('orders')];
  const server = proxy('restart/orders');
  const count = (calls: number): void => { server.calls({ from: web, to: orders, service: 'orders.restart', reporter: 'destination', code: '200', count: calls }); };
  story({
    before: () => { count(1000); },
    happens: () => { count(40); },
    later() {
      server.restart();
      count(25);
    },
  });
  it('loses no count and makes no spike', async () => {
    expect(await edge('restart', 'web → orders')).toMatchObject({ requests: 65, errors: 0 });
  });
});

describe('a waypoint in the middle', () => {
  const at = inNamespace('ambient'), [web, orders, waypoint] = [at('web'), at('orders'), at('waypoint')];
  const ztunnel = proxy('ambient/ztunnel', {}, 'ztunnel'), middle = proxy('ambient/waypoint', { namespace: 'ambient', workload: 'waypoint' });
  story({
    happens() {
      const service = 'orders.ambient';
      ztunnel.connections({ reporter: 'source', from: web, to: waypoint, service, opened: 8, bytesSent: 800 });
      ztunnel.connections({ reporter: 'destination', from: waypoint, to: orders, service, opened: 3, bytesSent: 900 });
      middle.calls({ reporter: 'waypoint', from: web, to: orders, service, code: '200', count: 45 });
      middle.calls({ reporter: 'waypoint', from: web, to: orders, service, code: '503', flags: 'UH', count: 5 });
    },
  });
  it('is passed on the one edge from client to server', async () => {
    const graph = await told('ambient');
    expect([...graph.keys()]).toEqual(['web → orders']);
    expect(graph.get('web → orders')).toMatchObject({ requests: 50, errors: 5, connections: 8, bytesSent: 800, via: ['waypoint:ambient/waypoint'], witnesses: ['proxy/destination', 'proxy/middle', 'proxy/source'] });
  });
});

describe('an ingress gateway', () => {
  const at = inNamespace('ingress'), [gateway, orders] = [at('istio-ingressgateway'), at('orders')];
  const [edgeProxy, server] = [proxy('ingress/gateway'), proxy('ingress/orders')];
  const traced = 6;
  story({
    happens() {
      const call = { from: gateway, to: orders, service: 'orders.ingress' };
      edgeProxy.calls({ ...call, reporter: 'source', code: '200', count: 60 });
      edgeProxy.calls({ ...call, reporter: 'source', code: '504', flags: 'UT', count: 4 });
      edgeProxy.calls({ ...call, to: null, reporter: 'source', code: '503', flags: 'UH', count: 5 });
      server.calls({ ...call, reporter: 'destination', code: '200', count: 60 });
      server.calls({ ...call, reporter: 'destination', code: '0', flags: 'DC', count: 3 });
      spans.push(...Array.from({ length: traced }, () => enteringSpans('ingress')));
    },
  });
  it('is called by the world and calls on: each request counts once on either way, whoever tells of it', async () => {
    await vi.waitFor(async () => { expect((await edge('ingress', 'istio-ingressgateway → orders'))?.witnesses).toContain('trace/destination'); }, patience);
    const graph = await told('ingress');
    expect([...graph.keys()].sort()).toEqual(['istio-ingressgateway → orders', 'world → istio-ingressgateway']);
    expect(graph.get('world → istio-ingressgateway')).toMatchObject({ requests: traced, errors: 0, kinds: ['world', 'gateway'], witnesses: ['trace/destination'] });
    expect(graph.get('istio-ingressgateway → orders')).toMatchObject({
      requests: 68, errors: 8, clientErrors: 4, via: [], kinds: ['gateway', 'workload'], responses: { '200 -': 60, '0 DC': 3, '503 UH': 5, 'client 504 UT': 4 },
      witnesses: ['proxy/destination', 'proxy/source', 'trace/destination', 'trace/source'],
    });
  });
});

describe('gateways', () => {
  const at = inNamespace('gateways'), [web, orders] = [at('web', 'far'), at('orders')];
  const ingress = { name: 'istio-ingressgateway', namespace: 'istio-system' }, eastWest = { name: 'istio-eastwestgateway', namespace: 'istio-system' };
  const [edgeProxy, between, client, server] = [proxy('gateways/ingress'), proxy('gateways/eastwest'), proxy('gateways/web'), proxy('gateways/orders')];
  story({
    happens() {
      const service = 'orders.gateways', ok = { service, to: orders, code: '200' };
      edgeProxy.calls({ ...ok, reporter: 'source', from: ingress, count: 60 });
      server.calls({ ...ok, reporter: 'destination', from: ingress, count: 60 });
      client.calls({ ...ok, reporter: 'source', from: web, count: 30 });
      server.calls({ ...ok, reporter: 'destination', from: web, count: 30 });
      between.connections({ reporter: 'source', from: eastWest, to: orders, service, opened: 4, bytesSent: 4_000 });
    },
  });
  it('are callers where requests enter, and passed where networks meet', async () => {
    const graph = await told('gateways');
    expect([...graph.keys()].sort()).toEqual(['istio-ingressgateway → orders', 'web → orders']);
    expect(graph.get('istio-ingressgateway → orders')).toMatchObject({ requests: 60, errors: 0, via: [], kinds: ['gateway', 'workload'] });
    expect(graph.get('web → orders')).toMatchObject({ requests: 30, errors: 0, connections: null, via: ['gateway:istio-system/istio-eastwestgateway'], witnesses: ['proxy/destination', 'proxy/middle', 'proxy/source'] });
  });
});

beforeAll(async () => {
  const byPath = new Map(proxies.map((one) => [one.path, one]));
  const server = createServer((request, response) => {
    const page = byPath.get(request.url ?? '');
    if (page) response.setHeader('content-type', 'text/plain; version=0.0.4').end(page.render());
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  stops.push(() => { server.closeAllConnections(); return new Promise((done) => { server.close(done); }); });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = proxies.map(({ path, labels }, i) => {
    const file = join(dir.path, `${i}.json`);
    writeFileSync(file, JSON.stringify([{ targets: [address], labels: { ...labels, __metrics_path__: path } }]));
    return file;
  });
  for (const one of stories) one.before();
  orrery = await startWhole({
    store: { dataDir: join(dir.path, 'store') },
    scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, files }, { name: 'again', intervalSeconds: 1, targets: [`http://${address}/feeds/orders`] }] },
  });
  stops.push(() => orrery.stop());
  window.from = Math.floor(Date.now() / 10_000) * 10;
  await everyProxyScraped(3);
  for (const one of stories) one.happens();
  for (const one of spans) expect((await exportJson(orrery.otlpUrl, one)).status).toBe(200);
  await everyProxyScraped(2);
  for (const one of stories) one.later();
  await everyProxyScraped(3);
  // What was scraped is written within two seconds.
  await new Promise((done) => { setTimeout(done, 3_000); });
  window.to = Math.ceil(Date.now() / 10_000) * 10;
}, 120_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  dir.remove();
});
