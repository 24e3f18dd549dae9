import { timeWindow } from '@orrery/collectors/model/time-window';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../jobs/engine-fixture.ts';
import { createCertificateReader } from './certificate-reader.ts';

const now = Math.floor(Date.now() / 60_000) * 60, window = timeWindow(now - 600, now, now);
let test: TestStore;
beforeAll(async () => { test = await openTestStore(); }, 60_000);
afterAll(() => test.close());

const scope = { tenant: 't', namespaces: null };

it('reads the newest value of each gauge, and whose address told it', async () => {
  const writer = createBlockWriter(test.store), gauge = (series: bigint, name: string, labels: Record<string, string> = {}) => ({ tenant: 't', series, name, labels: new Map(Object.entries(labels)) });
  expect(await createCertificateReader(test.store).certificates(scope, window)).toEqual([]);
  await writer.seriesNames([
    gauge(2n, 'citadel_server_root_cert_expiry_timestamp'), gauge(3n, 'istio_agent_cert_expiry_seconds', { resource_name: 'default' }), gauge(4n, 'istio_agent_cert_expiry_seconds', { resource_name: 'ROOTCA' }),
    gauge(5n, 'istio_requests_total'), gauge(6n, 'identity_cert_expiration_timestamp_seconds'), gauge(7n, 'issuer_cert_ttl_seconds'),
  ], 'names');
  const state = (target: string, ago: number, pairs: readonly (readonly [bigint, number])[]) => ({ tenant: 't', feed: 'scrape:x', target: `http://${target}:15020/metrics`, timeMs: (now - ago) * 1000, series: pairs.map(([id]) => id), values: pairs.map(([, value]) => value) });
  await writer.scrapeStates([
    state('10.0.0.1', 60, [[2n, now + 9_000], [5n, 7]]), state('10.0.0.1', 30, [[2n, now + 5_000], [5n, 8]]),
    state('10.0.0.2', 30, [[3n, 600], [4n, -30]]), state('10.0.0.3', 30, [[6n, 0]]), state('10.0.0.4', 900, [[6n, now]]),
    // What was missing on the page stands behind a mark.
    state('10.0.0.5', 30, [[7n, 50], [0n, 0], [6n, now]]),
  ], 'states');
  await test.store.command(sql`INSERT INTO identities (tenant, address, valid_from, valid_to, source, cluster, namespace, entity_kind, entity_name)
    VALUES ('t', '10.0.0.1', fromUnixTimestamp64Milli(${(now - 3_600) * 1000}), toDateTime64('2200-01-01 00:00:00', 3), 'kubernetes', 'c', 'istio-system', 'workload', 'istiod')`, { name: 'identities' });
  const told = await createCertificateReader(test.store).certificates(scope, window);
  expect(told.map(({ workload, role, expiresAt, toldAt }) => `${workload} ${role} ${expiresAt - now} ${toldAt - now}`).sort()).toEqual([' issuer 20 -30', ' leaf 570 -30', ' root -60 -30', 'istiod root 5000 -30']);
  expect(told.find(({ workload }) => workload === 'istiod')).toMatchObject({ cluster: 'c', namespace: 'istio-system', metric: 'citadel_server_root_cert_expiry_timestamp' });
});
