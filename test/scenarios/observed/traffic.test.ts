import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../../contract/targets.ts';
import { scriptedProxy, type Calls, type End, type ScriptedProxy } from '../truth/scripted-proxy.ts';
import { startWhole, type WholeOrrery } from '../whole-orrery.ts';
import { toldFindings, type ToldFinding, type ToldPage } from './told-findings.ts';
import { tracedCalls, type TracedCalls } from './traced-calls.ts';

/** Proxies whose traffic takes, or does not take, the ways that manifests say. One namespace a story; those that end in `-fine` are as they should be. */
const dir = temporaryDir(), manifests = join(dir.path, 'manifests'), cluster = 'here';
const stops: (() => Promise<unknown>)[] = [];
let orrery: WholeOrrery, page: ToldPage;

const documents: string[] = [];
const each: ((proxy: ScriptedProxy) => void)[] = [];
const traced: [namespace: string, port: number][] = [];

/** A Service `orders` with a workload of each version, and `web`, which calls it. */
function runs(namespace: string, versions = ['v1', 'v2'], port = 'http'): void {
  documents.push(
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`,
    `apiVersion: v1\nkind: Service\nmetadata: { name: orders, namespace: ${namespace} }\nspec: { selector: { app: orders }, ports: [{ name: ${port}, port: 80 }] }\n`,
    ...versions.map((version) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-${version}, namespace: ${namespace} }
spec: { selector: { matchLabels: { app: orders, version: ${version} } }, template: { metadata: { labels: { app: orders, version: ${version} } }, spec: { containers: [{ name: app }] } } }
`),
  );
}
const routed = (namespace: string, http: string, host = 'orders'): void => void documents.push(`apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: ${host}, namespace: ${namespace} }\nspec: { hosts: [${host}], http: [${http}] }\n`);
const ruled = (namespace: string, policy = '{}'): void => void documents.push(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: ${namespace} }
spec: { host: orders, trafficPolicy: ${policy}, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
`);
const to = (subset: string, weight: number): string => `{ destination: { host: orders, subset: ${subset} }, weight: ${weight} }`;
const whole = '{ destination: { host: orders } }';

const web = (namespace: string): End => ({ name: 'web', namespace, cluster });
const orders = (namespace: string, version: string): End => ({ name: `orders-${version}`, app: 'orders', version, namespace, cluster });
type Ended = Partial<Calls> & { readonly count: number };
/** Calls of one second as the caller's proxy counts them, and as that of the one that was called does. */
function calls(namespace: string, version: string | null, asked: readonly Ended[], arrived: readonly Ended[] = asked): void {
  each.push((proxy) => {
    const call = { from: web(namespace), to: version === null ? null : orders(namespace, version), service: `orders.${namespace}`, code: '200' };
    for (const one of asked) proxy.calls({ ...call, ...one, reporter: 'source' });
    if (version !== null) for (const one of arrived) proxy.calls({ ...call, ...one, reporter: 'destination' });
  });
}
const pairs = (name: string): readonly [namespace: string, fine: boolean][] => [[name, false], [`${name}-fine`, true]];

for (const [namespace, fine] of pairs('weights')) {
  runs(namespace);
  ruled(namespace);
  routed(namespace, `{ route: [${to('v1', 90)}, ${to('v2', 10)}] }`);
  calls(namespace, 'v1', [{ count: fine ? 90 : 62 }]);
  calls(namespace, 'v2', [{ count: fine ? 10 : 38 }]);
}
for (const [namespace, fine] of pairs('timeouts')) {
  runs(namespace, ['v1']);
  routed(namespace, `{ timeout: 250ms, route: [${whole}] }`);
  const late = fine ? 0 : 5, ok = { count: 100 - late };
  calls(namespace, 'v1', [ok, { count: late, code: '504', flags: 'UT', ms: 250 }], [ok, { count: late, code: '0', flags: 'DC', ms: 250 }]);
}
for (const [namespace, fine] of pairs('retries')) {
  runs(namespace, ['v1']);
  routed(namespace, `{ retries: { attempts: 3, retryOn: 5xx }, route: [${whole}] }`);
  calls(namespace, 'v1', [{ count: 95 }, { count: 5, code: '503', flags: 'URX' }], [{ count: 95 }, { count: fine ? 8 : 60, code: '503' }]);
}
for (const [namespace, fine] of pairs('breaker')) {
  runs(namespace);
  ruled(namespace, '{ connectionPool: { http: { http1MaxPendingRequests: 1 } } }');
  calls(namespace, 'v1', [{ count: 50 }]);
  calls(namespace, 'v2', [{ count: 50 }]);
  if (!fine) calls(namespace, null, [{ count: 4, code: '503', flags: 'UO' }]);
}
for (const [namespace, fine] of pairs('wide')) {
  runs(namespace);
  ruled(namespace, `{ connectionPool: { http: { http2MaxRequests: ${fine ? 10 : 100_000} } } }`);
  calls(namespace, 'v1', [{ count: 200 }]);
  calls(namespace, 'v2', [{ count: 200 }]);
}
for (const [namespace, fine] of pairs('quiet')) {
  runs(namespace, ['v1']);
  routed(namespace, '{ route: [{ destination: { host: search } }] }', 'search');
  calls(namespace, 'v1', [{ count: 20 }]);
  if (fine) each.push((proxy) => { proxy.calls({ reporter: 'source', from: web(namespace), to: { name: 'search', namespace, cluster }, service: `search.${namespace}`, code: '200', count: 1 }); });
}
for (const [namespace, fine] of pairs('outside')) {
  runs(namespace, ['v1']);
  const bank = { reporter: 'source', from: web(namespace), to: null, code: '200', count: 5 } as const;
  if (fine) documents.push(`apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: bank, namespace: ${namespace} }\nspec: { hosts: [api.fine.example], ports: [{ number: 80, name: http, protocol: HTTP }] }\n`);
  each.push((proxy) => { proxy.calls(fine ? { ...bank, service: 'api.fine.example', egress: 'api.fine.example' } : { ...bank, service: 'api.bank.example', egress: 'PassthroughCluster' }); });
}
runs('refused', ['v1']);
each.push((proxy) => { proxy.calls({ reporter: 'source', from: web('refused'), to: null, code: '502', count: 5, service: 'api.shut.example', egress: 'BlackHoleCluster' }); });
for (const [namespace, fine] of pairs('nobody')) {
  runs(namespace);
  ruled(namespace);
  routed(namespace, `{ route: [${to('v1', 80)}, ${to('v2', 20)}] }`);
  calls(namespace, 'v1', [{ count: 80 }]);
  if (fine) calls(namespace, 'v2', [{ count: 19 }]);
  calls(namespace, null, [{ count: fine ? 1 : 20, code: '503', flags: 'UH' }]);
}
for (const [namespace, fine] of pairs('canary')) {
  runs(namespace);
  ruled(namespace);
  routed(namespace, `{ route: [${to('v1', 100)}] }`);
  calls(namespace, 'v1', [{ count: 60 }]);
  if (fine) each.push((proxy) => { proxy.calls({ reporter: 'destination', from: { name: 'tester', namespace, cluster }, to: orders(namespace, 'v2'), service: `orders.${namespace}`, code: '200', count: 1 }); });
}
for (const [namespace, fine] of pairs('mirror')) {
  runs(namespace);
  ruled(namespace);
  routed(namespace, `{ route: [${to('v1', 100)}], mirror: { host: orders, subset: v2 }, mirrorPercentage: { value: 50 } }`);
  calls(namespace, 'v1', [{ count: 60 }]);
  // The source counts no copies; the one that gets them does, like any other request.
  if (fine) calls(namespace, 'v2', [], [{ count: 30 }]);
}
for (const [namespace, fine] of pairs('opaque')) {
  runs(namespace, ['v1'], fine ? 'tcp-api' : 'http-api');
  each.push((proxy) => {
    for (const reporter of ['source', 'destination'] as const) proxy.connections({ reporter, from: web(namespace), to: orders(namespace, 'v1'), service: `orders.${namespace}`, opened: 10, bytesSent: 1_000 });
  });
}
for (const [namespace, fine] of pairs('grpc')) {
  runs(namespace, ['v1'], 'grpc');
  calls(namespace, 'v1', [fine ? { count: 10, code: '0', isGrpc: true } : { count: 10 }]);
}
for (const [namespace, fine] of pairs('traced')) {
  runs(namespace, ['v1'], fine ? 'http' : 'tcp');
  traced.push([namespace, 80]);
}

/** Which namespaces each check tells of, in all of the mesh: all others are right. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'route-weights': ['weights'],
  'timeout-too-short': ['timeouts'],
  'retries-amplify': ['retries'],
  'circuit-breaker-opens': ['breaker'],
  'circuit-breaker-never': ['wide'],
  'route-unused': ['quiet'],
  // Of both the namespace itself is told.
  'outside-registry': ['outside', 'refused'],
  'subset-without-endpoints': ['nobody'],
  'version-unused': ['canary', 'mirror'],
  'port-protocol': ['grpc', 'opaque', 'traced'],
};
const codes = Object.keys(expected).map((name) => `observed/${name}`);
const placeOf = ({ object: { kind, namespace, name } }: ToldFinding): string => (kind === 'Namespace' ? name : namespace);
const told = (code: string, namespace = expected[code]![0]!): ToldFinding => page.items.find((one) => one.code === `observed/${code}` && placeOf(one) === namespace)!;

beforeAll(async () => {
  mkdirSync(manifests);
  writeFileSync(join(manifests, 'all.yaml'), documents.join('---\n'));
  const proxy = scriptedProxy('/metrics');
  const server = createServer((_request, response) => {
    for (const one of each) one(proxy);
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(proxy.render());
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  stops.push(() => { server.closeAllConnections(); return new Promise((done) => { server.close(done); }); });
  orrery = await startWhole({
    store: { dataDir: join(dir.path, 'store') }, findings: { observed: { seconds: 20, longSeconds: 30, everySeconds: 10 } },
    scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`] }] },
    kubernetes: { directories: [{ cluster, path: manifests }] },
  });
  stops.push(() => orrery.stop());
  const tracers = traced.map(([namespace, port]): TracedCalls => tracedCalls(orrery.otlpUrl, namespace, ['web', 'orders-v1'], `orders.${namespace}.svc.cluster.local`, port));
  const calling = setInterval(() => { for (const one of tracers) for (let i = 0; i < 10; i++) one.call(); }, 1_000);
  stops.push(() => { clearInterval(calling); return Promise.all(tracers.map((one) => one.stop())); });
  const all = Object.entries(expected).flatMap(([name, namespaces]) => namespaces.map((namespace) => `observed/${name} ${namespace}`)).sort();
  await vi.waitFor(async () => {
    page = await toldFindings(orrery, codes);
    expect(page.items.map((one) => `${one.code} ${placeOf(one)}`).sort()).toEqual(all);
  }, { timeout: 300_000, interval: 1_000 });
}, 330_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  dir.remove();
});

describe('configuration against observed traffic', () => {
  it('weights: the observed split beside the configured one, and the chance of it', () => {
    const { path, evidence, edges } = told('route-weights');
    expect([path, edges.length]).toEqual(['spec/http[0]/route', 2]);
    expect(evidence!.measures).toMatchObject([{ name: 'to v1', observed: expect.closeTo(0.62, 1), configured: 0.9 }, { name: 'to v2', observed: expect.closeTo(0.38, 1), configured: 0.1 }]);
    expect(evidence!.pValue).toBeLessThan(1e-6);
    expect(evidence!.text).toMatch(/^of [\d,]+ requests in \d+ s: to v1 6\d(\.\d+)? % \(\S+ %\), configured 90 %; to v2 3\d/);
  });

  it('timeouts: what is cut off, beside the one in a hundred beyond a 99th percentile', () => {
    const { path, evidence } = told('timeout-too-short');
    expect([path, evidence!.measures[0]!.configured]).toEqual(['spec/http[0]/timeout', 0.01]);
    expect(evidence!.measures[0]!.observed).toBeCloseTo(0.05, 1);
    expect(evidence!.measures[0]!.low).toBeGreaterThan(0.01);
  });

  it('retries: attempts per request, and those that fail after all of them', () => {
    const { path, evidence } = told('retries-amplify');
    expect(path).toBe('spec/http[0]/retries');
    expect(evidence!.measures[0]!.observed).toBeCloseTo(1.55, 1);
    expect(evidence!.measures[0]!.configured).toBe(4);
    expect(evidence!.measures[1]!.observed).toBeGreaterThan(0);
  });

  it('circuit breakers: one that opens, and one that never could', () => {
    expect(told('circuit-breaker-opens')).toMatchObject({ severity: 'warning', path: 'spec/trafficPolicy/connectionPool/http/http1MaxPendingRequests' });
    expect(told('circuit-breaker-opens').evidence!.measures[0]!.observed).toBeCloseTo(4 / 104, 1);
    const { severity, evidence } = told('circuit-breaker-never');
    expect([severity, evidence!.measures[0]!.configured]).toEqual(['info', 100_000]);
    expect(evidence!.measures[0]!.observed).toBeLessThan(20);
  });

  it('routes: a host that nobody calls, among hosts that are called', () => {
    expect(told('route-unused')).toMatchObject({ path: 'spec/http[0]/route', object: { name: 'search' } });
  });

  it('traffic without a route: let through, or refused, with the hosts that an entry could name', () => {
    expect(told('outside-registry')).toMatchObject({ severity: 'warning', object: { kind: 'Namespace' }, evidence: { measures: [{ name: 'to api.bank.example by PassthroughCluster' }] } });
    expect(told('outside-registry', 'refused')).toMatchObject({ severity: 'error', evidence: { measures: [{ name: 'to api.shut.example by BlackHoleCluster' }] } });
  });

  it('subsets: requests that no endpoint answers', () => {
    const { severity, path, evidence } = told('subset-without-endpoints');
    expect([severity, path]).toEqual(['error', 'spec/subsets[1]']);
    expect(evidence!.measures).toMatchObject([{ observed: expect.closeTo(0.2, 1), configured: 0.2 }]);
  });

  it('versions: a canary that nobody calls, a mirror that gets no copies', () => {
    expect(told('version-unused', 'canary')).toMatchObject({ severity: 'info', path: 'spec/subsets[1]', object: { kind: 'DestinationRule' } });
    expect(told('version-unused', 'mirror')).toMatchObject({ severity: 'warning', path: 'spec/http[0]/mirror', evidence: { measures: [{ name: 'mirrored', observed: 0, configured: 0.5 }] } });
  });

  it.each([
    ['opaque', 'the port http-api is named for HTTP and speaks TCP'],
    ['grpc', 'the port grpc is named for gRPC and speaks HTTP'],
    ['traced', 'the port tcp is named for TCP and speaks HTTP'],
  ])('ports: %s', (namespace, message) => {
    expect(told('port-protocol', namespace)).toMatchObject({ message, path: 'spec/ports[0]/name' });
  });
});
