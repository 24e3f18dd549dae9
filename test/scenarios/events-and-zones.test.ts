import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { scriptedProxy } from './truth/scripted-proxy.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

const dir = temporaryDir(), ztunnel = scriptedProxy('/', {}, 'ztunnel');
const page = createServer((_request, response) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(ztunnel.render()));
let orrery: WholeOrrery;

beforeAll(async () => {
  await new Promise<void>((done) => { page.listen(0, '127.0.0.1', done); });
  const target = `http://127.0.0.1:${(page.address() as AddressInfo).port}/metrics`;
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') }, scrape: { jobs: [{ name: 'ztunnel', intervalSeconds: 1, targets: [target] }] } });
});
afterAll(async () => {
  expect(await orrery.stop()).toBe(true);
  page.closeAllConnections();
  page.close();
  dir.remove();
});

async function post(body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${orrery.url}/api/v1/events`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

it('events that are sent are on the time axis, once each, and counted', async () => {
  const time = Math.floor(Date.now() / 1000) - 30;
  const release = { id: 'release-1', kind: 'deploy', title: '<b>orders</b> 1.8.0', namespace: 'shop', entityName: 'orders', before: '1.7.3', after: '1.8.0', time, url: 'https://ci.example/1' };
  expect(await post([release, release, { id: 'bad', title: 'x', kind: 'party' }])).toMatchObject({ status: 200, body: { received: 3, stored: 2, errors: [{ index: 2 }] } });
  expect(await post(release)).toMatchObject({ status: 200, body: { stored: 1 } });
  expect(await post({ title: 'without id' })).toMatchObject({ status: 400 });
  expect(await post('{')).toMatchObject({ status: 400, body: { error: { code: 'BAD_INPUT' } } });
  const { events } = await orrery.ask<{ events: unknown }>('{ events(namespaces: ["shop"], kinds: [deploy]) { total truncated events { id time end kind title namespace entityKind entityName before after source url } } }');
  expect(events).toEqual({
    total: 1, truncated: false,
    events: [{ id: 'release-1', time, end: time, kind: 'deploy', title: '<b>orders</b> 1.8.0', namespace: 'shop', entityKind: 'workload', entityName: 'orders', before: '1.7.3', after: '1.8.0', source: 'api', url: 'https://ci.example/1' }],
  });
  await vi.waitFor(async () => {
    const { dataSources } = await orrery.ask<{ dataSources: { source: string; received: number; stored: number; rejected: number; dropped: number }[] }>('{ dataSources { source received stored rejected dropped } }');
    expect(dataSources.find(({ source }) => source === 'events-http')).toMatchObject({ received: 6, stored: 3, rejected: 3, dropped: 0 });
  }, patience);
});

it('bytes between zones that a ztunnel tells are told apart in the cost, each byte once', async () => {
  await vi.waitFor(() => expect(ztunnel.scrapes()).toBeGreaterThan(2), patience);
  const [web, orders] = ['web', 'orders'].map((name) => ({ name, namespace: 'zones' }));
  for (const reporter of ['source', 'destination'] as const) {
    ztunnel.connections({ reporter, from: web!, to: orders!, service: 'orders.zones', opened: 1, bytesSent: 1_000, zones: ['eu-west-1a', 'eu-west-1b'] });
    ztunnel.connections({ reporter, from: web!, to: orders!, service: 'orders.zones', opened: 1, bytesSent: 500, zones: ['eu-west-1a', 'eu-west-1a'] });
  }
  await vi.waitFor(async () => {
    const { trafficCost } = await orrery.ask<{ trafficCost: { unknownBytes: number; total: { parts: { kind: string; bytes: number }[] } } }>('{ trafficCost(input: { namespaces: ["zones"] }) { unknownBytes total { parts { kind bytes } } } }');
    expect(trafficCost.total.parts.map(({ kind, bytes }) => [kind, Math.round(bytes)]).sort()).toEqual([['crossZone', 4_000], ['sameZone', 2_000]]);
    expect(Math.round(trafficCost.unknownBytes)).toBe(0);
  }, patience);
});

it('bytes that a proxy counts without zones are split as Hubble sees their connections', async () => {
  await vi.waitFor(() => expect(ztunnel.scrapes()).toBeGreaterThan(2), patience);
  const [web, orders] = ['web', 'orders'].map((name) => ({ name, namespace: 'nodes' }));
  for (const reporter of ['source', 'destination'] as const) ztunnel.connections({ reporter, from: web!, to: orders!, service: 'orders.nodes', opened: 4, bytesSent: 1_000 });
  const pod = (name: string, ID: number): object => ({ ID, namespace: 'nodes', pod_name: name, cluster_name: 'here', workloads: [{ name: name.slice(0, -2), kind: 'StatefulSet' }] });
  const seconds = Math.floor(Date.now() / 1000) - 5;
  /** A connection as the agent of one of the nodes sees it; an endpoint has a number on its own node alone. */
  const flow = (id: number, zone: string, at: 'source' | 'destination', to: string, address: string): string => JSON.stringify({ flow: {
    time: new Date(seconds * 1000 + id).toISOString(), uuid: `zoned-${id}`, verdict: 'FORWARDED', Type: 'L3_L4', traffic_direction: at === 'source' ? 'EGRESS' : 'INGRESS', trace_reason: 'NEW', is_reply: false,
    node_labels: [`topology.kubernetes.io/zone=${zone}`], IP: { source: '10.1.0.1', destination: address }, l4: { TCP: { source_port: 40_000 + id, destination_port: 8080, flags: { SYN: true } } },
    source: pod('web-0', at === 'source' ? 1 : 0), destination: pod(to, at === 'destination' ? 2 : 0), destination_service: { name: 'orders', namespace: 'nodes' },
  }, node_name: `here/${zone}` });
  const seen = [1, 2, 3].flatMap((id) => [flow(id, 'eu-west-1a', 'source', 'orders-0', '10.1.0.2'), flow(10 + id, 'eu-west-1b', 'destination', 'orders-0', '10.1.0.2')]);
  const near = [flow(4, 'eu-west-1a', 'source', 'orders-1', '10.1.0.3'), flow(14, 'eu-west-1a', 'destination', 'orders-1', '10.1.0.3')];
  const taken = await fetch(`${orrery.url}/api/v1/flows`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: `${[...seen, ...near].join('\n')}\n` });
  expect(await taken.json()).toMatchObject({ stored: 8 });
  await vi.waitFor(async () => {
    const { trafficCost } = await orrery.ask<{ trafficCost: { unknownBytes: number; total: { parts: { kind: string; bytes: number }[] } } }>('{ trafficCost(input: { namespaces: ["nodes"] }) { unknownBytes total { parts { kind bytes } } } }');
    expect(trafficCost.total.parts.map(({ kind, bytes }) => [kind, Math.round(bytes)]).sort()).toEqual([['crossZone', 3_000], ['sameZone', 1_000]]);
  }, patience);
});
