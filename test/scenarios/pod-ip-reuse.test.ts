import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { exportJson } from './mesh-spans.ts';
import { columnEdges, startWhole, type WholeOrrery } from './whole-orrery.ts';

/** A cluster whose API says that an address went from one pod to another, and flows and spans that name the address alone. */
const dir = temporaryDir();
/** The watch, its recorder and the job that joins each take their turn. */
const patience = { timeout: 120_000, interval: 500 };
const address = '10.1.2.3', cluster = 'here';
const bucketMs = 10_000, at = Math.floor(Date.now() / bucketMs) * bucketMs - 60_000;
/** In the middle of a bucket the first pod ended, and in the middle of another the second one began. */
const endedAt = at + 4_000, beganAt = at + 24_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const watchers = new Set<ServerResponse>();
let version = 10;

const pod = (name: string, startMs: number, phase: string, endMs?: number): Record<string, unknown> => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    name: `${name}-5d8f7c9b6-x2x4z`, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(++version), labels: { app: name, 'pod-template-hash': '5d8f7c9b6' }, creationTimestamp: iso(startMs),
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d8f7c9b6`, uid: `set-${name}`, controller: true }],
  },
  spec: { nodeName: 'node-a', containers: [{ name: 'main' }] },
  status: { phase, startTime: iso(startMs), podIP: address, podIPs: [{ ip: address }], ...(endMs === undefined ? {} : { containerStatuses: [{ name: 'main', state: { terminated: { finishedAt: iso(endMs) } } }] }) },
});

const api = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://api');
  response.setHeader('content-type', 'application/json');
  if (url.pathname === '/apis') return void response.end(JSON.stringify({ kind: 'APIGroupDiscoveryList', items: [] }));
  const isPods = url.pathname === '/api/v1/pods';
  if (url.searchParams.has('watch')) {
    response.flushHeaders();
    if (isPods) watchers.add(response.on('close', () => watchers.delete(response)));
    return;
  }
  response.end(JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '10' }, items: isPods ? [pod('orders', at - 3_600_000, 'Running')] : [] }));
});

let orrery: WholeOrrery, flowId = 0;

/** A connection that the agent saw open, with the name of one end and the address of the other. */
function flow(timeMs: number, direction: 'to' | 'from'): string {
  const web = { ID: 1, namespace: 'shop', pod_name: 'web-6d8f7c9b6-x2x4z', cluster_name: cluster, workloads: [{ name: 'web', kind: 'Deployment' }] }, nameless = { identity: 2, labels: ['reserved:world'] };
  return `${JSON.stringify({
    flow: {
      time: iso(timeMs), uuid: `flow-${++flowId}`, verdict: 'FORWARDED', Type: 'L3_L4', traffic_direction: direction === 'to' ? 'EGRESS' : 'INGRESS', trace_reason: 'NEW', is_reply: false, node_name: 'node-a',
      IP: direction === 'to' ? { source: '10.1.0.1', destination: address } : { source: address, destination: '10.1.0.1' },
      l4: { TCP: { source_port: 40_000, destination_port: 8080, flags: { SYN: true } } },
      ...(direction === 'to' ? { source: web, destination: nameless } : { source: nameless, destination: web }),
    },
    node_name: 'node-a',
  })}\n`;
}

/** A call of which the caller alone tells, with the address that it called. */
function call(timeMs: number): object {
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
  const start = BigInt(timeMs) * 1_000_000n;
  return {
    resource: { attributes: [text('service.name', 'client'), text('k8s.namespace.name', 'shop'), text('k8s.deployment.name', 'client'), text('k8s.cluster.name', cluster)] },
    scopeSpans: [{ spans: [{ traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), kind: 3, name: 'GET', startTimeUnixNano: String(start), endTimeUnixNano: String(start + 5_000_000n), attributes: [text('server.address', address)] }] }],
  };
}

/** Connections by flows, and requests by spans. */
const edges = async (): Promise<string[]> =>
  (await columnEdges(orrery.url, { from: at / 1000 - 60, to: at / 1000 + 60 })).map(({ source, destination, connections, requests }) => `${source} → ${destination} ${connections ?? requests ?? 0}`).sort();

beforeAll(async () => {
  await new Promise<void>((done) => { api.listen(0, '127.0.0.1', done); });
  const kubeconfig = join(dir.path, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify({
    'current-context': 'a', contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }], users: [{ name: 'a', user: { token: 'x' } }],
    clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${(api.address() as AddressInfo).port}`, 'insecure-skip-tls-verify': true } }],
  }));
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') }, kubernetes: { clusters: [{ name: cluster, kubeconfig }], discoverySeconds: 1 } });
});
afterAll(async () => {
  expect(await orrery.stop()).toBe(true);
  api.closeAllConnections();
  api.close();
  dir.remove();
});

it('traffic before and after goes to who had the address then, and nobody is invented', { timeout: 400_000 }, async () => {
  const body = [flow(at - 20_000, 'to'), flow(at + 3_000, 'to'), flow(at + 5_000, 'to'), flow(at + 23_000, 'to'), flow(at + 25_000, 'to'), flow(at - 20_000, 'from'), flow(at + 25_000, 'from')].join('');
  const taken = await fetch(`${orrery.url}/api/v1/flows`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body });
  expect(await taken.json()).toMatchObject({ stored: 7 });
  // Of spans in a bucket in which the address changed hands it is not known whom they called.
  const spans = [at - 20_000, at - 15_000, at + 1_000, at + 15_000, at + 35_000].map(call);
  expect((await exportJson(orrery.otlpUrl, { resourceSpans: spans })).status).toBe(200);
  // As far as is known at first, the address is one pod's all the time.
  await vi.waitFor(async () => { expect(await edges()).toEqual(['client → orders 5', 'orders → web 2', 'web → orders 5']); }, patience);
  const watcher = await vi.waitFor(() => {
    const [one] = watchers;
    expect(one).toBeDefined();
    return one!;
  }, patience);
  watcher.write(`${JSON.stringify({ type: 'MODIFIED', object: pod('orders', at - 3_600_000, 'Succeeded', endedAt) })}\n`);
  watcher.write(`${JSON.stringify({ type: 'ADDED', object: pod('ratings', beganAt, 'Running') })}\n`);
  await vi.waitFor(async () => {
    expect(await edges()).toEqual(['client → 10.1.2.3 2', 'client → orders 2', 'client → ratings 1', 'orders → web 1', 'ratings → web 1', 'web → orders 2', 'web → ratings 1', 'web → world 2']);
  }, patience);
});
