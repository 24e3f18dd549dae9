import { afterAll, beforeAll, expect, it } from 'vitest';
import { workload } from '@orrery/collectors/model/entity';
import type { Flow } from '@orrery/collectors/model/flow';
import { createEdgeZoneReader } from '../readers/edge-zone-reader.ts';
import { createFlowZonesJob } from './derive-zones-of-flows.ts';
import { openTestStore, untilIdle, type TestStore } from './engine-fixture.ts';
import { at, testMesh, to, when } from './mesh-fixture.ts';
import { createIdentitiesJob } from './tell-identities.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

const orders = workload('a', 'shop', 'orders');
const window = { from: Math.floor(at / 1000) - 60, to: Math.floor(at / 1000) + 60, step: 10 as const };

async function pairs(tenant: string): Promise<string[]> {
  const rows = await createEdgeZoneReader(opened.store).zoneTraffic({ tenant, namespaces: null }, window);
  return rows.filter(({ requests }) => Number(requests) > 0).map(({ sourceZone, destinationZone, requests }) => `${sourceZone} → ${destinationZone} ×${requests}`).sort();
}

it('connections fall to the zone of the node that saw them and to the zone of whoever had the other address then', async () => {
  const { own, flows, job, writer } = testMesh(opened.store, 'zones'), zones = createFlowZonesJob(opened.store, writer, Date.now);
  // Kubernetes knows the zone of one pod, Hubble saw the other one on its node; a third one is in no known zone.
  await own('a', 'orders', '10.0.0.7', { zone: 'eu-1b', toMs: at });
  await own('a', 'orders', '10.0.0.7', { zone: 'eu-1c', fromMs: at + 1_000 });
  await flows({ source: orders, sourceIp: '10.0.0.8', sourcePod: 'orders-1', sourceZone: 'eu-1a', role: 'other', ...when(at - 4_000) });
  const call = (destinationIp: string, ms: number): Partial<Flow> => to(destinationIp, { destination: orders, sourceZone: 'eu-1a', ...when(ms) });
  await flows(call('10.0.0.7', at - 1_000), call('10.0.0.7', at - 500), call('10.0.0.7', at + 2_000), call('10.0.0.8', at), call('10.0.0.9', at));
  await createIdentitiesJob(opened.store).run();
  await untilIdle(job);
  await untilIdle(zones);
  expect(await pairs('zones')).toEqual(['eu-1a →  ×1', 'eu-1a → eu-1a ×1', 'eu-1a → eu-1b ×2', 'eu-1a → eu-1c ×1']);
  // More of the same bucket: it is computed again as a whole, and nothing counts twice.
  await flows(call('10.0.0.8', at + 10), { ...call('10.0.0.9', at + 20), destinationZone: 'eu-1b' });
  await untilIdle(zones);
  expect(await pairs('zones')).toEqual(['eu-1a →  ×1', 'eu-1a → eu-1a ×2', 'eu-1a → eu-1b ×3', 'eu-1a → eu-1c ×1']);
});

it('edges of which no pair of zones is known have none', async () => {
  const { flows, writer } = testMesh(opened.store, 'nowhere');
  await flows(to('10.0.0.7', { destination: orders, sourceZone: 'eu-1a' }), to('10.0.0.7', { destination: orders }));
  await untilIdle(createFlowZonesJob(opened.store, writer, Date.now));
  expect(await pairs('nowhere')).toEqual([]);
});
