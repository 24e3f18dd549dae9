import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delimited } from '../wire/delimited-fixture.ts';
import { WireError } from '../wire/wire-error.ts';
import type { AccessLogEntry } from './access-log-entry.ts';
import { accessLogOfEntry, faultOfEntry, loggingProxy } from './access-log-of-entry.ts';
import { decodeAccessLog } from './decode-access-log.ts';
import type { EnvoyNode } from './envoy-node.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/data/envoy-real/a');

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
});

const node: EnvoyNode = { id: 'sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local', cluster: 'web.shop', metadata: new Map() };
const entry: AccessLogEntry = {
  id: 'a', protocol: 'http', type: 6, sampleRate: 0, startNs: 1_800_000_000_000_000_000n, durationNs: 5_000_000n, directRemote: null, downstreamRemote: null, downstreamLocal: null,
  upstreamRemote: null, upstreamCluster: 'outbound|80||orders.shop.svc.cluster.local', flags: '', attempts: 1, isTls: false, localPrincipal: '', peerPrincipal: '',
  authority: 'orders', path: '/', method: 1, responseCode: 200, grpcStatus: -1, bytesSent: 0, bytesReceived: 0,
};

describe('rows of entries', () => {
  const proxy = loggingProxy(node, 'http_als');

  it('take the caller from the connection, not from a header', () => {
    expect(accessLogOfEntry('t', proxy, { ...entry, directRemote: { address: '10.0.0.2', port: 1 }, downstreamRemote: { address: '8.8.8.8', port: 1 } })).toMatchObject({ callerAddress: '10.0.0.2', node: node.id, nodeAddress: '10.0.0.1' });
  });

  it('stand for the entries that were not logged', () => {
    expect(accessLogOfEntry('t', proxy, { ...entry, sampleRate: 0.01 }).sampleWeight).toBe(100);
  });

  it.each([
    [{ startNs: 0n }, 'start time is missing'],
    [{ startNs: 1n }, 'start time is before the year 2000'],
    [{ durationNs: -1n }, 'ends before it starts'],
    [{ durationNs: 400n * 86_400_000_000_000n }, 'lasts longer than a year'],
    [{ startNs: 1_800_100_000_000_000_000n }, 'ends more than a day in the future'],
    [{}, undefined],
  ])('%o: %s', (part, fault) => {
    expect(faultOfEntry({ ...entry, ...part }, 1_800_000_000_000)).toBe(fault);
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
        const { entries, node: sender, logName } = decodeAccessLog(damaged);
        for (const one of entries) expect(accessLogOfEntry('t', loggingProxy(sender ?? node, logName), one).id).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }), { numRuns: 1000 });
  });
});
