import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { application, type Entity } from '../model/entity.ts';
import { Intent, parseResponseKey, type EdgeTraffic } from '../model/edge-traffic.ts';
import { WireError } from '../wire/wire-error.ts';
import type { AccessLogEntry } from './access-log-entry.ts';
import { rowsOfAccessLog } from './access-log-rows.ts';
import { decodeAccessLog } from './decode-access-log.ts';
import { edgesOfAccessLog } from './edges-of-access-log.ts';
import type { EnvoyNode } from './envoy-node.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/data/envoy-real/a');

function* delimited(bytes: Buffer): Generator<Buffer> {
  for (let pos = 0; pos < bytes.length; ) {
    let length = 0, shift = 0, byte = 0x80;
    for (; byte >= 0x80; shift += 7) {
      byte = bytes[pos++]!;
      length |= (byte & 0x7f) << shift;
    }
    yield bytes.subarray(pos, pos + length);
    pos += length;
  }
}

interface Stream { readonly number: number; readonly node: EnvoyNode; readonly entries: readonly AccessLogEntry[] }

function readStreams(): Stream[] {
  return readdirSync(resolve(folder, 'als')).sort().map((file) => {
    const messages = [...delimited(readFileSync(resolve(folder, 'als', file)))].map(decodeAccessLog);
    return { number: Number.parseInt(file), node: messages[0]!.node!, entries: messages.flatMap(({ entries }) => entries) };
  });
}

describe.skipIf(!existsSync(folder))('streams of real Envoys (skipped where envoy-real is not there)', () => {
  const streams = existsSync(folder) ? readStreams() : [];

  it('are read field by field as another decoder reads them', () => {
    interface Told { readonly stream: number; readonly message: Record<'httpLogs' | 'tcpLogs', { readonly logEntry: readonly ToldEntry[] } | undefined> }
    interface ToldEntry {
      readonly commonProperties: { readonly upstreamCluster?: string; readonly startTime: string; readonly duration?: string; readonly responseFlags?: object; readonly downstreamDirectRemoteAddress?: { readonly socketAddress: { readonly address: string; readonly portValue: number } } };
      readonly request?: { readonly authority?: string; readonly requestBodyBytes?: string }; readonly response?: { readonly responseCode?: number; readonly responseBodyBytes?: string };
      readonly connectionProperties?: { readonly receivedBytes?: string };
    }
    const told = readFileSync(resolve(folder, 'als.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Told);
    for (const { number, entries } of streams) {
      const theirs = told.filter(({ stream }) => stream === number).flatMap(({ message }) => [...(message.httpLogs?.logEntry ?? []), ...(message.tcpLogs?.logEntry ?? [])]);
      expect(entries.map((one) => ({
        cluster: one.upstreamCluster, second: Number(one.startNs / 1_000_000_000n), seconds: one.durationNs === null ? null : Number(one.durationNs) / 1e9,
        flags: one.flags === '' ? 0 : one.flags.split(',').length, from: `${one.directRemote?.address}:${one.directRemote?.port}`,
        authority: one.authority, code: one.responseCode, sent: one.bytesSent, received: one.protocol === 'http' ? one.bytesReceived : 0,
      }))).toEqual(theirs.map(({ commonProperties: common, request, response, connectionProperties }) => ({
        cluster: common.upstreamCluster ?? '', second: Math.floor(Date.parse(common.startTime) / 1000), seconds: common.duration === undefined ? null : Number.parseFloat(common.duration),
        flags: Object.keys(common.responseFlags ?? {}).length, from: `${common.downstreamDirectRemoteAddress?.socketAddress.address}:${common.downstreamDirectRemoteAddress?.socketAddress.portValue}`,
        authority: request?.authority ?? '', code: response?.responseCode ?? 0, sent: Number(request?.requestBodyBytes ?? connectionProperties?.receivedBytes ?? 0), received: Number(response?.responseBodyBytes ?? 0),
      })));
    }
  });

  it('give each side of each edge exactly what was asked and answered', () => {
    const { addresses } = JSON.parse(readFileSync(resolve(folder, 'truth.json'), 'utf8')) as { addresses: Record<string, string> };
    const names = new Map(Object.entries(addresses).map(([name, address]) => [address, name]));
    const ownerOf = (address: string): Entity | null => names.has(address) ? application('', 'shop', names.get(address)!) : null;
    const found = new Map<string, Record<string, number>>();
    for (const { node, entries } of streams) {
      for (const row of rowsOfAccessLog('t', 'als', node, entries, ownerOf)) add(found, row, names.get(node.id.split('~')[1]!)!);
    }
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

function add(found: Map<string, Record<string, number>>, row: EdgeTraffic, own: string): void {
  const name = (entity: Entity): string => entity.kind === 'unknown' ? '?' : entity.kind === 'world' ? 'world' : entity.app || entity.name;
  const source = row.side === 'source' ? own : name(row.edge.source), destination = row.side === 'destination' ? own : name(row.edge.destination);
  const service = row.edge.service.split('.')[0] || (row.edge.destination.kind === 'external' ? row.edge.destination.name : destination === 'external' ? 'api.payments.example' : '');
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

const node: EnvoyNode = { id: 'sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local', cluster: 'web.shop', metadata: new Map() };
const entry: AccessLogEntry = {
  protocol: 'http', type: 6, sampleRate: 0, startNs: 1_800_000_000_000_000_000n, durationNs: 5_000_000n, directRemote: null, downstreamRemote: null, downstreamLocal: null,
  upstreamRemote: null, upstreamCluster: 'outbound|80||orders.shop.svc.cluster.local', flags: '', attempts: 1, isTls: false, localPrincipal: '', peerPrincipal: '',
  authority: 'orders', path: '/', method: 1, responseCode: 200, grpcStatus: -1, bytesSent: 0, bytesReceived: 0,
};

describe('edges of an entry', () => {
  it.each([1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 14])('type %i is not the end of a request: nothing is counted', (type) => {
    expect(edgesOfAccessLog({ ...entry, type }, node, () => null)).toEqual([]);
  });

  it('takes the caller from the connection, not from a header', () => {
    const [edge] = edgesOfAccessLog({ ...entry, upstreamCluster: 'inbound|80||', directRemote: { address: '10.0.0.2', port: 1 }, downstreamRemote: { address: '8.8.8.8', port: 1 } }, node,
      (address) => application('', 'shop', address));
    expect(edge?.edge.source.app).toBe('10.0.0.2');
  });

  it('knows no more of an unknown caller than its certificate says', () => {
    const [edge] = edgesOfAccessLog({ ...entry, upstreamCluster: 'inbound|80||', peerPrincipal: 'spiffe://cluster.local/ns/pay/sa/default' }, node, () => null);
    expect(edge?.edge.source).toMatchObject({ kind: 'unknown', namespace: 'pay', name: '' });
  });

  it('asks for owners at the time of the entry', () => {
    const asked: bigint[] = [];
    edgesOfAccessLog({ ...entry, upstreamRemote: { address: '10.0.0.3', port: 80 } }, node, (_, timeNs) => (asked.push(timeNs), null));
    expect(asked).toEqual([entry.startNs]);
  });

  it('marks what was mirrored', () => {
    const [edge] = edgesOfAccessLog({ ...entry, upstreamCluster: 'inbound|80||', authority: 'orders-shadow' }, node, () => null);
    expect(edge?.intent).toBe(Intent.mirror);
  });
});

describe('rows', () => {
  it('are the same in any order and any split of the entries', () => {
    const one = fc.record({ responseCode: fc.constantFrom(0, 200, 503), flags: fc.constantFrom('', 'UH', 'UF,URX'), upstreamCluster: fc.constantFrom(entry.upstreamCluster, 'inbound|80||', '') });
    const sums = (rows: readonly EdgeTraffic[]): [string, number][] => {
      const counts = new Map<string, number>();
      for (const row of rows) for (const [response, n] of row.responses) {
        const key = `${row.side} ${row.edge.service} ${response}`;
        counts.set(key, (counts.get(key) ?? 0) + n);
      }
      return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    };
    fc.assert(fc.property(fc.array(one, { maxLength: 20 }), fc.nat(20), (parts, cut) => {
      const entries = parts.map((part) => ({ ...entry, ...part }));
      const rows = (some: readonly AccessLogEntry[]): EdgeTraffic[] => rowsOfAccessLog('t', 'als', node, some, () => null);
      expect(sums([...rows(entries.slice(cut).reverse()), ...rows(entries.slice(0, cut))])).toEqual(sums(rows(entries)));
    }));
  });

  it('count sampled entries as what they stand for', () => {
    expect(rowsOfAccessLog('t', 'als', node, [{ ...entry, sampleRate: 0.01 }], () => null)).toMatchObject([{ requests: 1, requestsEstimated: 100 }]);
  });
});

describe('broken bytes', () => {
  it('are refused with a WireError, or read; nothing else is thrown', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(decodeAccessLog(bytes).entries).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }), { numRuns: 2000 });
  });

  it.skipIf(!existsSync(folder))('also where a real message was damaged (skipped where envoy-real is not there)', () => {
    const messages = [...delimited(readFileSync(resolve(folder, 'als/5.bin')))];
    fc.assert(fc.property(fc.nat(messages.length - 1), fc.nat(), fc.nat(255), fc.nat(), (which, at, byte, cut) => {
      const bytes = Uint8Array.from(messages[which]!);
      bytes[at % bytes.length] = byte;
      const damaged = bytes.subarray(0, 1 + (cut % bytes.length));
      try {
        const { entries, node: sender } = decodeAccessLog(damaged);
        expect(rowsOfAccessLog('t', 'als', sender ?? node, entries, () => null)).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }), { numRuns: 1000 });
  });
});
