import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envoyLayout } from '../model/latency-layout.ts';
import { Measured, parseResponseKey, type EdgeTraffic } from '../model/edge-traffic.ts';
import { decodeSeries } from './decode-series.ts';
import { deriveRows, type DerivedInterval } from './derive-rows.ts';
import { rederive } from './rederive.ts';
import { SeriesTable } from './series-table.ts';
import { nameMatcher, type CounterPair } from './series-meaning.ts';

const context = { cluster: '', targetLabels: new Map<string, string>(), gateways: nameMatcher([]), eastWestGateways: nameMatcher([]), waypoints: nameMatcher([]) };
const interval: DerivedInterval = { tenant: 't', feed: 'scrape:mesh', origin: 1n, fromMs: 1_000_000_000_000, toMs: 1_000_000_010_000, tellsFailures: false };
const ends = { source_workload: 'web', source_workload_namespace: 'shop', destination_workload: 'orders', destination_workload_namespace: 'shop', response_flags: '-' };

function pair(name: string, labels: Readonly<Record<string, string>>, current: number, previous = 0, components: string[] = []): CounterPair {
  const meaning = decodeSeries(`istio_${name}`, Object.entries({ reporter: 'destination', ...ends, ...labels }).flat(), { ...context, components: new Set(components) });
  if (meaning?.kind !== 'edge') throw new Error('not an edge series');
  return { meaning, previous, current };
}

function only(rows: readonly EdgeTraffic[]): EdgeTraffic {
  expect(rows.length).toBe(1);
  return rows[0]!;
}

describe('deriveRows', () => {
  it('brings all that one edge and side say into one row a bucket', () => {
    const row = only(deriveRows([
      pair('requests_total', { response_code: '200', connection_security_policy: 'mutual_tls', source_principal: 'b' }, 7, 1),
      pair('requests_total', { response_code: '503', response_flags: 'UC', connection_security_policy: 'none', source_principal: 'a' }, 3),
      pair('request_bytes_sum', { response_code: '200' }, 1000),
      pair('response_bytes_sum', { response_code: '200' }, 5000),
      pair('request_duration_milliseconds_sum', { response_code: '200' }, 12.5),
      ...[...envoyLayout.boundsMs, Infinity].map((le) => pair('request_duration_milliseconds_bucket', { response_code: '200', le: le === Infinity ? '+Inf' : String(le) }, le < 5 ? 0 : le < 25 ? 4 : 6)),
    ], interval));
    expect(row).toMatchObject({
      bucket: 1_000_000_000, instrument: 'proxy', side: 'destination', feed: 'scrape:mesh', origin: 1n, protocols: 0,
      requests: 9, errors: 3, requestsEstimated: 9, errorsEstimated: 3, requestsSecured: 6, requestsPlaintext: 3,
      responses: new Map([['http 200 -', 6], ['http 503 UC', 3]]),
      bytesSent: 1000, bytesReceived: 5000, latency: new Map([[2, 4], [4, 2]]), latencySumMs: 12.5, sourcePrincipal: 'a',
      measured: Measured.requests | Measured.errors | Measured.latency | Measured.bytes | Measured.security,
    });
    expect(row.layout?.id).toBe(envoyLayout.id);
  });

  it('never mixes layouts in one row', () => {
    const histogram = (code: string, bounds: readonly string[]): CounterPair[] => bounds.map((le, i) => pair('request_duration_milliseconds_bucket', { response_code: code, le }, i + 1));
    const rows = deriveRows([...histogram('200', ['1', '+Inf']), ...histogram('500', ['2', '+Inf']), pair('requests_total', { response_code: '200' }, 4)], interval);
    expect(rows.map(({ latency }) => latency)).toEqual([new Map([[0, 1], [1, 1]]), new Map([[0, 1], [1, 1]])]);
    expect(new Set(rows.map(({ layout }) => layout?.id)).size).toBe(2);
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(4);
  });

  it('tells what is open though nothing moved, and gives no row where nothing is', () => {
    const tcp = { request_protocol: 'tcp', connection_security_policy: 'mutual_tls' };
    const open = [pair('tcp_connections_opened_total', tcp, 9, 9), pair('tcp_connections_closed_total', { ...tcp, response_flags: 'DC' }, 7, 6)];
    expect(only(deriveRows(open, interval))).toMatchObject({ openConnections: 3, connectionsOpened: 0, connectionsClosed: 1 });
    expect(deriveRows([pair('tcp_connections_opened_total', tcp, 9, 9), pair('tcp_connections_closed_total', tcp, 9, 9)], interval)).toEqual([]);
  });

  it('measures failures of a ztunnel source only where its release tells them', () => {
    const source = pair('tcp_connections_opened_total', { reporter: 'source', request_protocol: 'tcp', connection_security_policy: 'mutual_tls' }, 2, 1, ['ztunnel']);
    expect(only(deriveRows([source], interval)).measured & Measured.connectionsFailed).toBe(0);
    expect(only(deriveRows([source], { ...interval, tellsFailures: true })).measured & Measured.connectionsFailed).not.toBe(0);
  });

  it('keeps requests the sum of responses, and errors among them, in every bucket of any interval', () => {
    const series = fc.array(fc.record({ code: fc.constantFrom('200', '404', '500', '503', '0'), count: fc.nat(50) }), { maxLength: 6 });
    fc.assert(fc.property(series, fc.nat(100_000), fc.integer({ min: 1, max: 90_000 }), (counts, offset, length) => {
      const pairs = counts.map(({ code, count }, i) => pair('requests_total', { response_code: code, connection_security_policy: 'none', extra: String(i) }, count));
      const rows = deriveRows(pairs, { ...interval, fromMs: interval.fromMs + offset, toMs: interval.fromMs + offset + length });
      for (const row of rows) {
        expect([...row.responses.values()].reduce((a, b) => a + b, 0)).toBe(row.requests);
        expect([...row.responses].filter(([key]) => /^(5|0)/.test(parseResponseKey(key).code)).reduce((sum, [, n]) => sum + n, 0)).toBe(row.errors);
        expect(row.requestsPlaintext).toBe(row.requests);
      }
      expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(counts.reduce((sum, { count }) => sum + count, 0));
    }));
  });
});

it('derives the same rows again from two stored states, whatever was on the pages', () => {
  const code = fc.constantFrom('200', '500', '503');
  const page = fc.record({ values: fc.dictionary(code, fc.nat(100)), opened: fc.nat(20), closed: fc.nat(20), lost: fc.boolean() });
  const other = { ...context, components: new Set<string>() };
  fc.assert(fc.property(fc.array(page, { minLength: 2, maxLength: 6 }), (pages) => {
    const table = new SeriesTable(context, { series: 100, services: 100 }, { used: 0, limit: 100 });
    const labelsOf = (labels: Readonly<Record<string, string>>): string[] => Object.entries({ reporter: 'destination', ...ends, ...labels }).flat();
    const meanings = new Map<bigint, ReturnType<typeof decodeSeries>>();
    let before: { series: bigint[]; values: number[] } | null = null;
    pages.forEach(({ values, opened, closed, lost }, n) => {
      const timeMs = interval.fromMs + n * 15_000;
      table.beginPage(timeMs);
      const take = (name: string, labels: Readonly<Record<string, string>>, value: number): void => {
        const series = table.admit(name, labelsOf(labels), name);
        if (series !== null) table.take(series, value);
      };
      for (const [response, count] of Object.entries(values)) take('istio_requests_total', { response_code: response }, count);
      take('istio_tcp_connections_opened_total', {}, opened);
      take('istio_tcp_connections_closed_total', {}, closed);
      if (lost) table.malformed();
      for (const { series, name, labels } of table.nameFresh('t')) meanings.set(series, decodeSeries(name, [...labels].flat(), other));
      table.freshNamed();
      const state = table.state();
      if (before !== null) {
        const { pairs, tellsFailures } = table.pairs();
        const stored = { tenant: 't', feed: 'f', target: 'x' };
        const again = rederive({ ...stored, timeMs, ...state }, { ...stored, timeMs: timeMs - 15_000, ...before }, (id) => meanings.get(id));
        const origin = again.rows[0]?.origin ?? 0n;
        expect(again.rows).toEqual(deriveRows(pairs, { tenant: 't', feed: 'f', origin, fromMs: timeMs - 15_000, toMs: timeMs, tellsFailures }));
      }
      table.commit();
      before = state;
    });
  }));
});
