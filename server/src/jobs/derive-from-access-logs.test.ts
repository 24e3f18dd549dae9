import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessLogOfEntry, loggingProxy } from '@orrery/collectors/envoy/access-log-of-entry';
import { decodeAccessLog } from '@orrery/collectors/envoy/decode-access-log';
import { bucketOf } from '@orrery/collectors/model/time-window';
import type { AccessLog } from '@orrery/collectors/model/access-log';
import { Intent, parseResponseKey, Side } from '@orrery/collectors/model/edge-traffic';
import { application, EntityKind, workload, type Entity } from '@orrery/collectors/model/entity';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { delimited } from '@orrery/collectors/wire/delimited-fixture';
import type { EdgeWindow } from '../inference/ports.ts';
import { createConfigReader } from '../readers/config-reader.ts';
import { createOpenAddressReader } from '../readers/open-address-reader.ts';
import { createTrafficReader } from '../readers/traffic-reader.ts';
import { createConfigWriter } from '../writers/config-writer.ts';
import { createKubernetesRecords } from '../writers/kubernetes-records.ts';
import { createAccessLogsJob } from './derive-from-access-logs.ts';
import { edgesOfAccessLog, type LoggedStream } from './edges-of-access-log.ts';
import { edgesOfAccessLogs, type AccessLogGroup } from './edges-of-access-logs.ts';
import { openTestStore, type TestStore } from './engine-fixture.ts';
import { ownersOf } from './owners-by-proxy.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/data/envoy-real/a');

/** The recorded streams as rows, moved in time so that the last entry began a minute ago. */
function recorded(): AccessLog[] {
  const logs = readdirSync(resolve(folder, 'als')).flatMap((file) => {
    const messages = [...delimited(readFileSync(resolve(folder, 'als', file)))].map(decodeAccessLog);
    const proxy = loggingProxy(messages[0]!.node!, messages[0]!.logName);
    return messages.flatMap(({ entries }) => entries.map((entry) => accessLogOfEntry('t', proxy, entry)));
  });
  const newest = logs.reduce((max, { startNs }) => (startNs > max ? startNs : max), 0n);
  const shift = BigInt(Date.now() - 60_000) * 1_000_000n - newest;
  return logs.map((log) => ({ ...log, startNs: log.startNs + shift }));
}

describe.skipIf(!existsSync(folder))('access logs of real Envoys (skipped where envoy-real is not there)', () => {
  let opened: TestStore;
  beforeAll(async () => { opened = await openTestStore(); }, 60_000);
  afterAll(() => opened.close());

  it('give each side of each edge exactly what was asked and answered, sent twice or not', { timeout: 60_000 }, async () => {
    const logs = recorded(), writer = createBlockWriter(opened.store);
    const { addresses } = JSON.parse(readFileSync(resolve(folder, 'truth.json'), 'utf8')) as { addresses: Record<'legacy' | 'external', string> };
    // What has no proxy is known by Kubernetes; the rest by what the proxies say of themselves.
    const records = createKubernetesRecords('t', opened.store, { reader: createConfigReader(opened.store), writer: createConfigWriter(opened.store) }, createOpenAddressReader(opened.store));
    await records.writeAddresses('Kubernetes', (['legacy', 'external'] as const).map((name) => ({
      network: 'Kubernetes', address: addresses[name], port: 0, entity: workload('Kubernetes', 'shop', name), services: [], pod: `${name}-0`, node: '', zone: '', fromMs: Date.now() - 86_400_000, toMs: null,
    })));
    await writer.accessLogs(logs, 'a');
    await writer.accessLogs(logs, 'b');
    const job = createAccessLogsJob(opened.store, writer, Date.now);
    while ((await job.run()).pending > 0);
    const from = bucketOf(Math.min(...logs.map(({ startNs }) => Number(startNs / 1_000_000_000n)))), to = bucketOf(Date.now() / 1000);
    const rows = await createTrafficReader(opened.store).edgeWindows({ tenant: 't', namespaces: null }, { from, to, step: 10 });
    const found = new Map<string, Record<string, number>>();
    for (const row of rows) add(found, row);
    const logged = JSON.parse(readFileSync(resolve(folder, 'expected-edges.json'), 'utf8')) as { source: string; destination: string; service: string; port: number; by_source: Record<string, number>; by_destination: Record<string, number>; mirrored_seen_by_destination?: number }[];
    const expected = new Map<string, Record<string, number>>();
    for (const one of logged) {
      const short = one.service.startsWith('unknown host') ? '' : one.service;
      const ended = one.destination === '(none reached)' || one.destination.startsWith('127.') ? '?' : one.destination;
      const { '503 UO': overflown, ...bySource } = one.by_source;
      if (one.service !== 'mysql' && Object.keys(bySource).length > 0) expected.set(`${one.source} → ${ended} ${short} source primary`, bySource);
      // A log of a request that was not sent on names no cluster: its authority `tiny` is all that is known of where it was routed.
      if (overflown !== undefined) expected.set('web → ? tiny source primary', { '503 UO': overflown });
      const mirrored = one.mirrored_seen_by_destination ?? 0;
      if (one.service !== 'mysql' && Object.keys(one.by_destination).length > 0) expected.set(`${one.source} → ${ended}  destination primary`, mirrored === 0 ? one.by_destination : { ...one.by_destination, '200 -': one.by_destination['200 -']! - mirrored });
      if (mirrored > 0) expected.set(`${one.source} → ${ended}  destination mirror`, { '200 -': mirrored });
    }
    expect(Object.fromEntries([...found].filter(([key]) => !key.includes('mysql') && !key.includes('→ gateway')).sort())).toEqual(Object.fromEntries([...expected].sort()));
    expect(found.get('web → mysql mysql source primary')).toEqual({ connections: 9, bytesSent: 9000, bytesReceived: 18_000 });
  });
});

function add(found: Map<string, Record<string, number>>, row: EdgeWindow): void {
  const name = (entity: Entity): string => entity.kind === 'unknown' ? '?' : entity.kind === 'world' ? 'world' : entity.app === 'reviews' ? `reviews_${entity.version}` : entity.app || entity.name;
  const edge = row.edge!, source = name(edge.source), destination = name(edge.destination);
  const service = edge.service.split('.')[0] || (edge.destination.kind === 'external' ? edge.destination.name : destination === 'external' ? 'api.payments.example' : '');
  const key = `${source} → ${destination} ${service} ${row.side} ${row.intent}`;
  const counts = found.get(key) ?? {};
  found.set(key, counts);
  const count = (what: string, n: number): void => { counts[what] = (counts[what] ?? 0) + n; };
  if (row.connectionsOpened > 0) {
    count('connections', row.connectionsOpened);
    count('bytesSent', row.bytesSent);
    count('bytesReceived', row.bytesReceived);
  }
  for (const [response, n] of row.responses) {
    const { kind, code, flags } = parseResponseKey(response);
    count(kind === 'grpc' ? `200 grpc ${code} ${flags || '-'}` : `${code} ${flags || '-'}`, n);
  }
}


const own = workload('c', 'shop', 'web');
const stream: LoggedStream = {
  entity: own, nodeAddress: '10.0.0.1', calledAddress: '', calledPort: 0, upstreamCluster: 'outbound|80||orders.shop.svc.cluster.local', authority: 'orders', peerPrincipal: '', flags: '', isMirror: false,
};
const nobody = { caller: null, upstream: null };

describe('edges of an access log', () => {
  it('know no more of an unknown caller than its certificate says', () => {
    const [edge] = edgesOfAccessLog({ ...stream, upstreamCluster: 'inbound|80||', peerPrincipal: 'spiffe://cluster.local/ns/pay/sa/default' }, nobody);
    expect(edge?.edge.source).toMatchObject({ kind: 'unknown', namespace: 'pay', name: '' });
  });

  it('mark what was mirrored', () => {
    const [edge] = edgesOfAccessLog({ ...stream, upstreamCluster: 'inbound|80||', isMirror: true }, nobody);
    expect(edge?.intent).toBe(Intent.mirror);
  });

  it('put a waypoint in the middle of caller and callee', () => {
    const waypoint: Entity = { ...own, kind: EntityKind.waypoint, name: 'waypoint' };
    const caller = application('c', 'shop', 'web'), upstream = application('c', 'shop', 'orders');
    expect(edgesOfAccessLog({ ...stream, entity: waypoint, upstreamCluster: 'inbound-vip|80|http|orders.shop.svc.cluster.local' }, { caller, upstream })).toEqual([{
      edge: { source: caller, destination: upstream, service: 'orders.shop.svc.cluster.local', serviceGuessed: false, port: 80 }, side: Side.middle, intent: Intent.primary, via: ['waypoint:shop/waypoint'],
    }]);
  });

  it('go to one host, however the authority writes it', () => {
    const addressed = ['orders', 'Orders.shop.svc.cluster.local.', 'orders.shop.svc.cluster.local.:80'].map((authority) => edgesOfAccessLog({ ...stream, upstreamCluster: '', authority }, nobody)[0]?.edge.service);
    expect(new Set(addressed)).toEqual(new Set(['orders.shop.svc.cluster.local']));
  });

  it('draw nothing from a gateway to the public host that it refused', () => {
    const gateway: Entity = { ...own, kind: EntityKind.gateway, name: 'gateway' };
    expect(edgesOfAccessLog({ ...stream, entity: gateway, upstreamCluster: '', authority: 'shop.example.com', flags: 'RL' }, nobody).map(({ side }) => side)).toEqual([Side.destination]);
  });
});

it('rows are the same in any order and any split of the groups', () => {
  const group: AccessLogGroup = {
    ...stream, bucket: 0, ends: nobody, protocol: 'http', localPrincipal: '', responseCode: 200, grpcStatus: -1, latencyIndex: 3, durationNs: 5_000_000, count: 1, weight: 1, attempts: 1, bytesSent: 0, bytesReceived: 0,
  };
  const one = fc.record({ responseCode: fc.constantFrom(0, 200, 503), flags: fc.constantFrom('', 'UH', 'UF,URX'), upstreamCluster: fc.constantFrom(group.upstreamCluster, 'inbound|80||', ''), count: fc.integer({ min: 1, max: 9 }) });
  const sums = (groups: readonly AccessLogGroup[]): unknown[] =>
    edgesOfAccessLogs('t', groups).map((row) => JSON.stringify([row.side, row.edge.service, row.requests, row.errors, [...row.responses].sort()])).sort();
  fc.assert(fc.property(fc.array(one, { maxLength: 20 }), fc.nat(20), (parts, cut) => {
    const groups = parts.map((part) => ({ ...group, ...part, weight: part.count }));
    expect(sums([...groups.slice(cut).reverse(), ...groups.slice(0, cut)])).toEqual(sums(groups));
  }));
});

it('an address belongs to the proxy that named it last, unless two do at once', () => {
  const owners = ownersOf([
    { address: 'a', entity: own, fromMs: 0, toMs: 10 }, { address: 'a', entity: { ...own, name: 'next' }, fromMs: 20, toMs: 30 },
    { address: 'node', entity: own, fromMs: 0, toMs: 10 }, { address: 'node', entity: { ...own, name: 'next' }, fromMs: 5, toMs: 30 },
  ]);
  expect([owners.at('a', 15)?.name, owners.at('a', 20)?.name, owners.at('node', 7), owners.at('b', 0)]).toEqual(['web', 'next', null, null]);
  expect(owners.changes).toEqual([20]);
});
