import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectKey } from '../inference/explain/past-events.ts';
import { openTestStore, type TestStore } from '../jobs/engine-fixture.ts';
import type { AddressInterval } from '../kubernetes/addresses/owned-addresses.ts';
import type { ClusterRecords } from '../kubernetes/record-cluster.ts';
import { object } from '../kubernetes/testing/objects.ts';
import { ConfigVersions } from '../kubernetes/versions/config-versions.ts';
import { createConfigWriter } from '../writers/config-writer.ts';
import { createKubernetesRecords } from '../writers/kubernetes-records.ts';
import { createPastEventReader } from './past-event-reader.ts';
import { createConfigReader, type ConfigReader } from './config-reader.ts';
import { createOpenAddressReader } from './open-address-reader.ts';

const t0 = Date.UTC(2026, 0, 1);
const rule = (name: string, host: string): ReturnType<typeof object> => ({ ...object('DestinationRule', `shop/${name}`, { spec: { host } }), apiVersion: 'networking.istio.io/v1' });

let test: TestStore, reader: ConfigReader, records: ClusterRecords;

beforeAll(async () => {
  test = await openTestStore();
  reader = createConfigReader(test.store);
  records = createKubernetesRecords('t', test.store, { reader, writer: createConfigWriter(test.store) }, createOpenAddressReader(test.store));
}, 60_000);
afterAll(() => test.close());

describe('configuration at a time', () => {
  const hosts = async (cluster: string | null, atMs: number): Promise<string[]> =>
    (await reader.objectsAt('t', cluster, atMs)).map(({ cluster: of, name, spec }) => `${of} ${name} ${(spec as { host: string }).host}`).sort();

  beforeAll(async () => {
    const here = new ConfigVersions('here', []), there = new ConfigVersions('there', []);
    const versions = [
      here.put(rule('a', 'first'), t0 + 1_000), here.put(rule('b', 'stays'), t0 + 1_000), here.put(rule('a', 'second'), t0 + 5_000), here.remove(rule('a', 'second'), t0 + 9_000),
      there.put(rule('a', 'elsewhere'), t0 + 2_000),
    ].filter((one) => one !== undefined);
    await records.writeVersions(versions);
    await records.writeVersions(versions);
  });

  it.each([[0, []], [1_000, ['here a first', 'here b stays']], [5_000, ['here a second', 'here b stays']], [9_000, ['here b stays']]] as const)('after %i ms is what stood then', async (afterMs, expected) => {
    expect(await hosts('here', t0 + afterMs)).toEqual(expected);
  });

  it('is told of one cluster or of all, and of no other tenant', async () => {
    expect(await hosts(null, t0 + 9_000)).toEqual(['here b stays', 'there a elsewhere']);
    expect(await reader.clusters('t', t0 + 1_500)).toEqual(['here']);
    expect(await reader.clusters('t', t0 + 9_000)).toEqual(['here', 'there']);
    expect(await reader.objectsAt('other', null, t0 + 9_000)).toEqual([]);
  });

  it('has heads by which a restart finds nothing new', async () => {
    const heads = await reader.heads('t', 'here');
    expect(heads).toMatchObject([{ cluster: 'here', apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', namespace: 'shop', name: 'b', seenAtMs: t0 + 1_000, deleted: false }]);
    const again = new ConfigVersions('here', heads);
    expect(again.put(rule('b', 'stays'), t0 + 10_000)).toBeUndefined();
    expect(again.put(rule('b', 'changed'), t0 + 10_000)).toBeDefined();
  });
});

it('addresses are open until they are written again with their end', async () => {
  const interval: AddressInterval = {
    network: 'n', address: '10.1.0.1', port: 0, services: ['orders.shop.svc.cluster.local'], pod: 'orders-x', node: 'node-1', zone: 'eu-1a', fromMs: t0, toMs: null,
    entity: { cluster: 'here', namespace: 'shop', kind: 'workload', name: 'orders', app: 'orders', version: 'v1' },
  };
  const other = { ...interval, address: 'fd00::1' };
  await records.writeAddresses('here', [interval, other]);
  expect(await records.openAddresses('here')).toEqual([interval, other]);
  await records.writeAddresses('here', [{ ...interval, toMs: t0 + 60_000 }]);
  expect(await records.openAddresses('here')).toEqual([other]);
  expect(await records.openAddresses('there')).toEqual([]);
});

it('happenings are events, once however often they are written', async () => {
  const happening = { timeMs: t0, endMs: t0 + 30_000, id: 'rollout:u:2', kind: 'deploy', title: 'orders: revision 2 rolled out', body: '', namespace: 'shop', workload: 'orders', before: 'orders:1', after: 'orders:2' } as const;
  await records.writeHappenings('here', [happening]);
  await records.writeHappenings('here', [happening, { ...happening, id: 'config:x', kind: 'config', workload: '' }]);
  const events = await createPastEventReader(test.store).near({ tenant: 't', namespaces: null }, t0, t0, t0 + 1, 10);
  expect(events.map(({ kind, entity }) => `${kind} ${entity.cluster} ${entity.namespace} ${entity.kind} ${entity.name}`.trim()).sort()).toEqual(['config here shop', 'deploy here shop workload orders']);
});

it('of more happenings than are asked for those nearest to the time are told, whichever side of it', async () => {
  const at = t0 + 1_000_000;
  await records.writeHappenings('here', [-9_000, -5_000, -1_000, 500, 7_000].map((offset) => (
    { timeMs: at + offset, endMs: at + offset, id: `near:${offset}`, kind: 'deploy', title: 'rolled out', body: '', namespace: 'shop', workload: 'orders', before: '', after: '' })));
  const near = await createPastEventReader(test.store).near({ tenant: 't', namespaces: null }, at, at - 60_000, at + 60_000, 3);
  expect(near.map(({ timeMs }) => timeMs - at)).toEqual([500, -1_000, -5_000]);
});

it('what changed objects said last before a time, also those that are gone by then', async () => {
  const name = { cluster: 'here', namespace: 'shop', kind: 'DestinationRule', name: 'a' };
  const said = async (untilMs: number): Promise<string | undefined> => {
    const found = await createPastEventReader(test.store).objects({ tenant: 't', namespaces: null }, [name, { ...name, name: 'nobody' }], untilMs);
    const json = found.get(objectKey(name));
    return json === undefined ? undefined : (JSON.parse(json) as { spec: { host: string } }).spec.host;
  };
  expect([await said(t0 + 1_000), await said(t0 + 5_000), await said(t0 + 60_000)]).toEqual([undefined, 'first', 'second']);
});
