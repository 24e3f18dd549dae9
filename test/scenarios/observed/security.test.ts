import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../../contract/targets.ts';
import { scriptedProxy, type Calls, type End, type ScriptedProxy } from '../truth/scripted-proxy.ts';
import { startWhole, type WholeOrrery } from '../whole-orrery.ts';
import { fastFindings, toldFindings, type ToldFinding } from './told-findings.ts';

/** Proxies whose traffic obeys, or does not obey, what manifests say of it. One namespace a story; those that end in `-fine` are as they should be. */
const dir = temporaryDir(), manifests = join(dir.path, 'manifests'), cluster = 'here';
const patience = { timeout: 300_000, interval: 1_000 };
const stops: (() => Promise<unknown>)[] = [];
let orrery: WholeOrrery, plaintext = true;

const documents: string[] = [];
const each: ((proxy: ScriptedProxy, ztunnel: ScriptedProxy) => void)[] = [];

function runs(namespace: string, ...names: string[]): void {
  for (const name of names) {
    documents.push(`apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app }] } } }
`);
  }
}
const configured = (kind: string, namespace: string, name: string, spec: string): void => {
  const group = { PeerAuthentication: 'security.istio.io/v1', AuthorizationPolicy: 'security.istio.io/v1', CiliumNetworkPolicy: 'cilium.io/v2' }[kind] ?? 'v1';
  documents.push(`apiVersion: ${group}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n`);
};
const end = (namespace: string, name: string): End => ({ name, namespace, cluster });
const principalOf = (namespace: string, name: string): string => `spiffe://cluster.local/ns/${namespace}/sa/${name}`;

/** Calls of one second, as the proxies of both ends count them. */
function calls(namespace: string, from: string, to: string, count: number, ended: Partial<Calls> = {}): void {
  each.push((proxy) => {
    const { security = 'mutual_tls', ...more } = ended;
    const call = { from: end(namespace, from), to: end(namespace, to), service: `${to}.${namespace}`, code: '200', count, ...more };
    proxy.calls({ ...call, reporter: 'source' });
    proxy.calls({ ...call, reporter: 'destination', security, ...(security === 'mutual_tls' ? { principal: principalOf(namespace, from) } : {}) });
  });
}

for (const namespace of ['strict', 'strict-fine']) {
  runs(namespace, 'web', 'old', 'ledger');
  configured('PeerAuthentication', namespace, 'default', '{ mtls: { mode: STRICT } }');
  calls(namespace, 'web', 'ledger', 60);
}
each.push((proxy) => {
  if (plaintext) proxy.calls({ reporter: 'destination', from: end('strict', 'old'), to: end('strict', 'ledger'), service: 'ledger.strict', code: '200', count: 20, security: 'none' });
});
for (const namespace of ['refused', 'refused-fine']) {
  runs(namespace, 'old', 'ledger');
  configured('PeerAuthentication', namespace, 'default', '{ mtls: { mode: STRICT } }');
  each.push((_proxy, ztunnel) => {
    const connection = { reporter: 'destination', from: end(namespace, 'old'), to: end(namespace, 'ledger'), service: `ledger.${namespace}`, opened: 5 } as const;
    if (namespace === 'refused') ztunnel.connections({ ...connection, bytesSent: 0, security: 'unknown', closed: 'DENY' });
    else ztunnel.connections({ ...connection, bytesSent: 1_000, security: 'mutual_tls' });
  });
}
for (const namespace of ['open', 'open-fine']) {
  runs(namespace, 'web', 'orders');
  configured('PeerAuthentication', namespace, 'default', '{ mtls: { mode: PERMISSIVE } }');
  calls(namespace, 'web', 'orders', 120);
}
calls('open-fine', 'web', 'orders', 1, { security: 'none' });
for (const namespace of ['unused', 'unused-fine']) {
  runs(namespace, 'web', 'batch', 'orders');
  const lets = (name: string): string => `{ from: [{ source: { principals: [cluster.local/ns/${namespace}/sa/${name}] } }] }`;
  configured('AuthorizationPolicy', namespace, 'orders', `{ selector: { matchLabels: { app: orders } }, rules: [${lets('web')}, ${lets('batch')}] }`);
  calls(namespace, 'web', 'orders', 120);
}
calls('unused-fine', 'batch', 'orders', 1);
for (const namespace of ['denied', 'denied-fine']) {
  runs(namespace, 'web', 'reports', 'ledger');
  configured('AuthorizationPolicy', namespace, 'ledger', `{ selector: { matchLabels: { app: ledger } }, rules: [{ from: [{ source: { principals: [cluster.local/ns/${namespace}/sa/web] } }] }] }`);
  calls(namespace, 'web', 'ledger', 20);
}
calls('denied', 'reports', 'ledger', 10, { code: '403' });
calls('denied-fine', 'web', 'ledger', 10, { code: '403' });
for (const namespace of ['dropped', 'dropped-fine']) {
  runs(namespace, 'reports', 'ledger');
  configured('CiliumNetworkPolicy', namespace, 'ledger', '{ endpointSelector: { matchLabels: { app: ledger } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: web } }] }] }');
}
for (const namespace of ['zones', 'zones-fine']) {
  runs(namespace, 'web');
  documents.push(`apiVersion: v1\nkind: Service\nmetadata: { name: orders, namespace: ${namespace} }\nspec: { selector: { app: orders }, trafficDistribution: PreferClose, ports: [{ name: tcp, port: 80 }] }\n`);
  each.push((_proxy, ztunnel) => {
    const connection = { reporter: 'source', from: end(namespace, 'web'), to: end(namespace, 'orders'), service: `orders.${namespace}`, opened: 5 } as const;
    ztunnel.connections({ ...connection, bytesSent: 50_000, zones: ['eu-1a', 'eu-1a'] });
    ztunnel.connections({ ...connection, bytesSent: namespace === 'zones' ? 40_000 : 500, zones: ['eu-1a', 'eu-1b'] });
  });
}

/** A cluster's API that knows what istiods run, and at which address. */
const pods = [['istiod', '127.0.0.2'], ['istiod-fine', '127.0.0.3']].map(([name, ip]) => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    name: `${name}-5d8f7c9b6-x2x4z`, namespace: 'certs', uid: `uid-${name}`, resourceVersion: '9', labels: { app: name, 'pod-template-hash': '5d8f7c9b6' }, creationTimestamp: new Date(Date.now() - 3_600_000).toISOString(),
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d8f7c9b6`, uid: `set-${name}`, controller: true }],
  },
  spec: { nodeName: 'node-a', containers: [{ name: 'main' }] },
  status: { phase: 'Running', startTime: new Date(Date.now() - 3_600_000).toISOString(), podIP: ip, podIPs: [{ ip }] },
}));
const deployments = ['istiod', 'istiod-fine'].map((name) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'certs', uid: `deployment-${name}`, resourceVersion: '8' },
  spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } } } },
}));
const served: Readonly<Record<string, readonly object[]>> = { '/api/v1/pods': pods, '/apis/apps/v1/deployments': deployments };
const kubeApi: RequestListener = (request, response) => {
  const url = new URL(request.url ?? '/', 'http://api');
  response.setHeader('content-type', 'application/json');
  if (url.pathname === '/apis') response.end(JSON.stringify({ kind: 'APIGroupDiscoveryList', items: [{ metadata: { name: 'apps' }, versions: [{ version: 'v1', resources: [{ resource: 'deployments' }] }] }] }));
  else if (url.searchParams.has('watch')) response.flushHeaders();
  else response.end(JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '10' }, items: served[url.pathname] ?? [] }));
};

async function listen(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((done) => { server.listen(0, host, done); });
  stops.push(() => { server.closeAllConnections(); return new Promise((done) => { server.close(done); }); });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** Serves a page of metrics that moves with each scrape. */
const page = (proxy: ScriptedProxy, move: () => void): RequestListener => (_request, response) => {
  move();
  response.setHeader('content-type', 'text/plain; version=0.0.4').end(proxy.render());
};

/** A packet that Cilium dropped. */
function drop(namespace: string, reason: string, id: number): string {
  const pod = (name: string, identity: number) => ({ ID: identity, namespace, pod_name: `${name}-6d8f7c9b6-x2x4z`, cluster_name: cluster, workloads: [{ name, kind: 'Deployment' }] });
  return `${JSON.stringify({
    flow: {
      time: new Date().toISOString(), uuid: `drop-${namespace}-${id}`, verdict: 'DROPPED', drop_reason_desc: reason, Type: 'L3_L4', traffic_direction: 'INGRESS', node_name: 'node-a', IP: { source: '10.1.0.1', destination: '10.1.0.2' },
      l4: { TCP: { source_port: 40_000 + id, destination_port: 8080, flags: { SYN: true } } }, source: pod('reports', 1), destination: pod('ledger', 2),
    },
    node_name: 'node-a',
  })}\n`;
}

const codes = ['strict-but-plaintext', 'strict-refuses-plaintext', 'permissive-could-be-strict', 'authorization-rule-unused', 'authorization-denies', 'network-policy-drops', 'certificate-expires', 'locality-ignored'].map((name) => `observed/${name}`);
const found = async (code: string): Promise<readonly ToldFinding[]> => (await toldFindings(orrery, [`observed/${code}`])).items;
/** The only finding of a code, by namespace; nothing may be told of another. */
async function only(code: string, namespace: string): Promise<ToldFinding> {
  const items = await found(code);
  expect(items.map(({ object }) => object.namespace)).toEqual([namespace]);
  return items[0]!;
}

beforeAll(async () => {
  mkdirSync(manifests);
  writeFileSync(join(manifests, 'all.yaml'), documents.join('---\n'));
  const proxy = scriptedProxy('/proxies'), ztunnel = scriptedProxy('/ztunnel', {}, 'ztunnel'), istiod = scriptedProxy('/istiod'), fine = scriptedProxy('/istiod-fine');
  const targets = await Promise.all([
    listen(page(proxy, () => { for (const one of each) one(proxy, ztunnel); })), listen(page(ztunnel, () => undefined)),
    listen(page(istiod, () => { istiod.gauge('citadel_server_root_cert_expiry_timestamp', Date.now() / 1000 + 41 * 86_400); }), '127.0.0.2'),
    listen(page(fine, () => { fine.gauge('citadel_server_root_cert_expiry_timestamp', Date.now() / 1000 + 3_000 * 86_400); }), '127.0.0.3'),
  ]);
  const kubeconfig = join(dir.path, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify({
    'current-context': 'a', contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }], users: [{ name: 'a', user: { token: 'x' } }],
    clusters: [{ name: 'a', cluster: { server: await listen(kubeApi), 'insecure-skip-tls-verify': true } }],
  }));
  orrery = await startWhole({
    store: { dataDir: join(dir.path, 'store') }, findings: fastFindings,
    scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: targets.map((target) => `${target}/metrics`) }] },
    kubernetes: { directories: [{ cluster, path: manifests }], clusters: [{ name: 'pods', kubeconfig }], discoverySeconds: 1 },
  });
  stops.push(() => orrery.stop());
  let id = 0;
  const dropping = setInterval(() => {
    const body = Array.from({ length: 5 }, () => drop('dropped', 'POLICY_DENIED', ++id) + drop('dropped-fine', 'INVALID_SOURCE_IP', ++id)).join('');
    fetch(`${orrery.url}/api/v1/flows`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body }).catch(() => undefined);
  }, 1_000);
  stops.push(() => { clearInterval(dropping); return Promise.resolve(); });
  await vi.waitFor(async () => {
    const { items, undecided } = await toldFindings(orrery, codes), missing = codes.filter((code) => items.every((one) => one.code !== code));
    expect({ missing, why: undecided.filter(({ code }) => missing.includes(code)) }).toEqual({ missing: [], why: [] });
    expect(items.filter(({ firstSeen }) => firstSeen === null)).toEqual([]);
  }, patience);
}, 330_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  dir.remove();
});

describe('configuration against observed security', () => {
  it('STRICT: plaintext that arrives is told with how much and from whom', async () => {
    const { severity, path, evidence, edges, docs } = await only('strict-but-plaintext', 'strict');
    expect({ severity, path, docs, edges: edges.length }).toEqual({ severity: 'error', path: 'spec/mtls/mode', docs: 'checks/observed/strict-but-plaintext.md', edges: 1 });
    expect(evidence!.measures[0]).toMatchObject({ name: 'plaintext', configured: 0 });
    expect(evidence!.measures[0]!.observed).toBeCloseTo(0.25, 1);
    expect(evidence!.text).toMatch(/^of [\d,]+ requests in \d+ s: plaintext \d+(\.\d+)? %, configured 0 %; old → ledger [\d,]+ requests/);
  });

  it('STRICT: plaintext that ztunnel refuses is the caller’s trouble', async () => {
    const { severity, evidence } = await only('strict-refuses-plaintext', 'refused');
    expect([severity, evidence!.of, evidence!.measures.map(({ name }) => name)]).toEqual(['warning', 'connections', ['old → ledger']]);
  });

  it('PERMISSIVE: could be STRICT where nothing is plaintext', async () => {
    const { severity, evidence } = await only('permissive-could-be-strict', 'open');
    expect(severity).toBe('info');
    expect(evidence!.measures[0]).toMatchObject({ observed: 1 });
    expect(evidence!.measures[0]!.low).toBeGreaterThan(0.99);
  });

  it('authorization: a rule for somebody who never calls', async () => {
    const { path, evidence } = await only('authorization-rule-unused', 'unused');
    expect(path).toBe('spec/rules[1]');
    expect(evidence!.sample).toBeGreaterThanOrEqual(1_000);
  });

  it('authorization: denials are the policy’s where it denies all of an identity', async () => {
    const { path, evidence, edges } = await only('authorization-denies', 'denied');
    expect([path, edges.length, evidence!.measures.map(({ name, observed }) => [name, observed >= 1])]).toEqual(['spec/rules', 1, [['denied', true], ['reports → ledger', true]]]);
  });

  it('network policies: drops are tied to the policy that selects the pods', async () => {
    const { object, evidence } = await only('network-policy-drops', 'dropped');
    expect([object.kind, evidence!.measures[0]!.name]).toEqual(['CiliumNetworkPolicy', 'reports → ledger']);
  });

  it('certificates: a root that runs out is told of istiod', async () => {
    const { object, evidence } = await only('certificate-expires', 'certs');
    expect([object.name, Math.round(evidence!.measures[0]!.observed), evidence!.of]).toEqual(['istiod', 41, 'certificates']);
  });

  it('locality: traffic to other zones though the service is in the caller’s', async () => {
    const { object, path, evidence } = await only('locality-ignored', 'zones');
    expect([object.kind, path]).toEqual(['Service', 'spec/trafficDistribution']);
    expect(evidence!.measures[0]!.observed).toBeCloseTo(4 / 9, 1);
  });
});

it('goes once it has not been seen for some looks in a row, and history says when', async () => {
  const [{ id, firstSeen }] = await found('strict-but-plaintext') as [ToldFinding];
  plaintext = false;
  const spells = async () => (await orrery.ask<{ findingHistory: { cameAt: number; wentAt: number | null }[] }>('query ($id: ID) { findingHistory(finding: $id) { cameAt wentAt } }', { id })).findingHistory;
  await vi.waitFor(async () => expect((await spells())[0]!.wentAt).not.toBeNull(), patience);
  const [spell, ...others] = await spells();
  expect(others).toEqual([]);
  expect(spell!.cameAt).toBe(firstSeen);
  expect(spell!.wentAt).toBeGreaterThan(firstSeen!);
  expect(await found('strict-but-plaintext')).toEqual([]);
}, 330_000);
