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
}, 60_000);
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
}, 60_000);

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
}, 90_000);
