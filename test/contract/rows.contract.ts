import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { accessLogBucket } from '@orrery/collectors/model/access-log';
import { sipHash128 } from '@orrery/collectors/model/sip-hash';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import { createScrapeMemory } from '@orrery/collectors/store/scrape-memory';
import { identifier, param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import * as samples from './samples.ts';
import { flat, pairs, prefixed, sorted, storedRows, textPairs, type Plain } from './stored-rows.ts';

/** What is written comes back, for every table and any content. */
export function rowsContract(store: () => Store): void {
  describe('rows', () => {
    let writer: BlockWriter;
    beforeAll(() => {
      writer = createBlockWriter(store(), () => samples.nowMs);
    });

    async function roundTrip<R>(table: string, arbitrary: fc.Arbitrary<R>, write: (rows: readonly R[], token: string) => Promise<void>, expected: (row: R) => Plain, except: readonly string[] = ['inserted_at']): Promise<void> {
      let run = 0;
      await fc.assert(fc.asyncProperty(fc.array(arbitrary, { minLength: 1, maxLength: 40 }), async (rows) => {
        await store().command(sql`TRUNCATE TABLE ${identifier(table)}`, { name: 'truncate' });
        await write(rows, `${table}:${samples.nowMs}:${run++}`);
        expect(sorted(await storedRows(store(), table, except))).toEqual(sorted(rows.map(expected)));
      }), { numRuns: 12 });
    }

    it('spans', () => roundTrip('spans', samples.span, (rows, token) => writer.spans(rows, token), ({ entity, startNs, durationNs, events, links, resourceAttributes, attributes, ...row }) => ({
      ...flat(row), parent_span_id: row.parentSpanId.padEnd(16, '0'), cluster: entity.cluster, namespace: entity.namespace, entity_kind: entity.kind, entity_name: entity.name, app: entity.app, version: entity.version,
      start_bucket: Number(startNs / 10_000_000_000n) * 10, start: String(startNs), duration_ns: String(durationNs),
      resource_attributes: pairs(resourceAttributes), attributes: pairs(attributes),
      events: events.map((event) => [String(event.timeNs), event.name, pairs(event.attributes)]), links: links.map((link) => [link.traceId, link.spanId]),
    })));

    it('flows', () => roundTrip('flows', samples.flow, (rows, token) => writer.flows(rows, token), ({ source, destination, timeNs, latencyNs, ...row }) => ({
      ...flat(row), ...prefixed('source', source), ...prefixed('destination', destination), time: String(timeNs), latency_ns: String(latencyNs),
    })));

    it('access logs', () => roundTrip('access_logs', samples.accessLog, (rows, token) => writer.accessLogs(rows, token), ({ entity, startNs, durationNs, ...row }) => ({
      ...flat(row), cluster: entity.cluster, namespace: entity.namespace, entity_kind: entity.kind, entity_name: entity.name, app: entity.app, version: entity.version,
      bucket: accessLogBucket({ startNs, durationNs }), start: String(startNs), duration_ns: String(durationNs), bytes_sent: String(row.bytesSent), bytes_received: String(row.bytesReceived),
    })));

    it('edge traffic', () => roundTrip('edge_traffic_10s', samples.traffic, (rows, token) => writer.edgeTraffic(rows, token, 7), ({ edge, layout, latency, responses, ...row }) => ({
      ...Object.fromEntries(Object.entries(flat(row)).map(([key, value]) => [key, typeof value === 'bigint' || (typeof value === 'number' && !numbersInJson.has(key)) ? String(value) : value])),
      edge_id: writer.edgeIdOf(row.tenant, edge), layout_id: layout?.id ?? 0, latency: textPairs(latency), responses: textPairs(responses), version: '7',
    })));

    it('edges and layouts, before their facts', () => fc.assert(fc.asyncProperty(fc.array(samples.traffic, { minLength: 1, maxLength: 30 }), async (rows) => {
      await store().command(sql`TRUNCATE TABLE edges`, { name: 'truncate' });
      const fresh = createBlockWriter(store(), () => samples.nowMs);
      await fresh.edgeTraffic(rows, `edges:${rows.length}:${Math.random()}`);
      const expected = new Map(rows.map(({ tenant, edge: { source, destination, ...edge } }) => {
        const edge_id = fresh.edgeIdOf(tenant, { source, destination, ...edge });
        return [edge_id, { tenant, edge_id, ...prefixed('source', source), ...prefixed('destination', destination), ...flat(edge), seen_at: Math.floor(samples.nowMs / 1000) }];
      }));
      expect(sorted(await storedRows(store(), 'edges'))).toEqual(sorted([...expected.values()]));
      const unnamed = await store().query(sql`SELECT layout_id FROM edge_traffic_10s WHERE layout_id NOT IN (0, (SELECT groupArray(layout_id) FROM latency_layouts)[1]) AND layout_id NOT IN (SELECT layout_id FROM latency_layouts) LIMIT 1`, { name: 'layouts' });
      expect(unnamed).toEqual([]);
    }), { numRuns: 8 }));

    it('source reports', () => roundTrip('source_reports', samples.sourceReport, (rows, token) => writer.sourceReports(rows, token), ({ timeMs, newestMs, ...row }) => ({
      ...flat(row), time: timeMs, newest: newestMs,
      received: String(row.received), stored: String(row.stored), rejected: String(row.rejected), dropped: String(row.dropped), lost_upstream: String(row.lostUpstream),
      samples: String(row.samples), series_added: String(row.seriesAdded),
    })));

    it('rejections', () => roundTrip('rejections', samples.rejection, (rows, token) => writer.rejections(rows, token), ({ timeMs, ...row }) => ({ ...flat(row), time: timeMs, count: String(row.count) })));

    it('scrape states and series names, read back as scraping does', () => fc.assert(fc.asyncProperty(samples.scrapeState, fc.array(samples.seriesName, { maxLength: 20 }), async (state, drawn) => {
      const memory = createScrapeMemory(store());
      const target = `target ${Math.random()}`;
      const names = drawn.map((name) => ({ ...name, tenant: target }));
      const states = [state, { ...state, timeMs: state.timeMs + 1 }, { ...state, timeMs: state.timeMs + 2 }].map((one) => ({ ...one, target }));
      await writer.scrapeStates(states, `states:${target}`);
      await writer.scrapeStates(states.slice(1), `states again:${target}`);
      expect(await memory.lastScrapeStates('t1', state.feed, target)).toEqual([states[2], states[1]]);

      await writer.seriesNames(names, `names:${target}`);
      const known = await memory.seriesNamesOf(target, [...names.map((name) => name.series), 1n]);
      const last = new Map(names.map((name) => [name.series, name]));
      expect([...known.keys()].sort()).toEqual([...last.keys()].sort());
      if (last.size === names.length) for (const [series, name] of known) expect(name).toEqual(last.get(series));
    }), { numRuns: 10 }));

    it('any string round-trips as a parameter, alone, in a list and in a condition', () => fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { minLength: 1, maxLength: 20 }), async (values) => {
      const [first = ''] = values;
      const rows = await store().query<{ one: string; list: string[]; hit: number }>(sql`SELECT ${first} AS one, ${values} AS list, has(list, ${first}) AS hit`, { name: 'round trip' });
      expect(rows).toEqual([{ one: first.toWellFormed(), list: values.map((value) => value.toWellFormed()), hit: 1 }]);
    }), { numRuns: 40 }));

    it('sends large parameter lists', async () => {
      const ids = Array.from({ length: 5_000 }, (_, i) => 2n ** 63n + BigInt(i));
      const rows = await store().query<{ n: number; last: string }>(sql`SELECT length(${param('Array(UInt64)', ids)} AS ids) AS n, toString(ids[-1]) AS last`, { name: 'large' });
      expect(rows).toEqual([{ n: 5_000, last: String(2n ** 63n + 4_999n) }]);
    });

    it('edge ids are ClickHouse\'s sipHash128ReferenceKeyed', () => fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.array(samples.text, { minLength: 1, maxLength: 20 }), async (key, texts) => {
      const view = new DataView(key.buffer, key.byteOffset, 16);
      const rows = await store().query<{ ids: string[] }>(sql`
        SELECT arrayMap(t -> lower(hex(sipHash128ReferenceKeyed((${view.getBigUint64(0, true)}, ${view.getBigUint64(8, true)}), t))), ${texts}) AS ids`, { name: 'sip hash' });
      expect(rows[0]?.ids).toEqual(texts.map((value) => sipHash128(key, Buffer.from(value))));
    }), { numRuns: 30 }));

    it('gives columns of any type that readers select', async () => {
      const columns = await store().queryColumns(sql`
        SELECT number AS n, toString(number) AS s, number / 4 AS f, [number, 1] AS a, map('k', number) AS m, number = 1 AS b FROM numbers(3)`, { name: 'columns' });
      expect(columns).toEqual({ n: [0, 1, 2], s: ['0', '1', '2'], f: [0, 0.25, 0.5], a: [[0, 1], [1, 1], [2, 1]], m: [{ k: 0 }, { k: 1 }, { k: 2 }], b: [0, 1, 0] });
      expect(await store().queryColumns(sql`SELECT number AS n FROM numbers(0)`, { name: 'no rows' })).toEqual({ n: [] });
    });
  });
}

/** Columns of edge traffic that JSON carries as numbers; the rest are 64-bit and travel as text. */
const numbersInJson = new Set(['bucket', 'measured', 'protocols', 'requests_estimated', 'errors_estimated', 'latency_sum_ms', 'rtt_sum_ms']);
