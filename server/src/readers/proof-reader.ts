import { EntityKind } from '@orrery/collectors/model/entity';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { identifier, joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { End, ProofReader, StoredRow, StoredScrape } from '../inference/proof/raw-rows.ts';
import type { LateRows } from '../inference/quality/source-issues.ts';
import { edgeIdSet } from './edge-id-set.ts';
import { tierProgress } from './tier-progress.ts';
import { noTiers, tierSegments } from './tier-segments.ts';

const readTimeoutMs = 15_000;
/** A window is settled this long after its end (design rule 8). */
const settleSeconds = 300;
/** A delta covers the time since the scrape before, so a scrape may lie a little after the last bucket it made a row in. */
const scrapeReachSeconds = 120;
const mostEnds = 200;

const escaped = (column: Sql): Sql => sql`replaceAll(replaceAll(${column}, char(92), concat(char(92), char(92))), '|', concat(char(92), '|'))`;
/** The origin of the rows of a scrape: the hash of its target and sample time (collectors/src/prometheus/rederive.ts). */
const originOfState = sql`reinterpretAsUInt64(reverse(substring(SHA256(arrayStringConcat([
            ${escaped(sql`tenant`)}, ${escaped(sql`feed`)}, ${escaped(sql`target`)}, toString(toUnixTimestamp64Milli(time))], '|')), 1, 8)))`;

/** Reads the rows, series, scrapes and flows behind numbers; `now` in Unix milliseconds. */
export function createProofReader(store: Pick<Store, 'query'>, now: () => number = Date.now): ProofReader {
  return {
    async rows({ tenant }, window, edgeIds, { first, offset }) {
      if (edgeIds.length === 0) return { rows: [], total: 0 };
      const progress = window.step === 10 ? noTiers : await tierProgress(store, tenant);
      const from = (columns: Sql): Sql => joinSql(tierSegments(window, progress, now() / 1000).map((segment) => sql`
        SELECT ${columns} FROM ${identifier(segment.table)} FINAL
        WHERE tenant = ${tenant} AND bucket >= toDateTime(${segment.from}) AND bucket < toDateTime(${segment.to}) AND measured != 0 AND edge_id IN ${edgeIdSet(edgeIds)}
        SETTINGS do_not_merge_across_partitions_select_final = 1`), ' UNION ALL ');
      const [rows, [count]] = await Promise.all([
        store.query<StoredRow>(sql`
          SELECT toUnixTimestamp(bucket) AS bucket, lower(hex(edge_id)) AS edgeId, instrument, side, feed, intent, leftPad(lower(hex(origin)), 16, '0') AS origin, measured, requests, errors,
            bytes_sent AS bytesSent, bytes_received AS bytesReceived, connections_opened AS connectionsOpened, connections_failed AS connectionsFailed,
            arraySum(mapValues(latency)) AS latencyCount, latency_sum_ms AS latencySumMs,
            arrayMap(key -> (key, responses[key]), arraySlice(arrayReverseSort(key -> responses[key], mapKeys(responses)), 1, 20)) AS responses,
            toUnixTimestamp64Milli(inserted_at) AS storedMs
          FROM (${from(sql`*`)})
          ORDER BY bucket, edgeId, instrument, side, feed, intent, layout_id, origin LIMIT ${first} OFFSET ${offset}`, { name: 'raw rows', timeoutMs: readTimeoutMs }),
        store.query<{ total: number }>(sql`SELECT count() AS total FROM (${from(sql`edge_id`)})`, { name: 'number of raw rows', timeoutMs: readTimeoutMs }),
      ]);
      return { rows: rows.map((row) => ({ ...row, storedMs: Number(row.storedMs) })), total: Number(count?.total ?? 0) };
    },

    scrapes: ({ tenant }, window, origins, limit) => {
      if (origins.length === 0) return Promise.resolve([]);
      return store.query<StoredScrape>(sql`
        SELECT leftPad(lower(hex(${originOfState})), 16, '0') AS origin, feed, target, toUnixTimestamp64Milli(time) AS timeMs
        FROM scrape_states
        WHERE tenant = ${tenant} AND time >= toDateTime64(${window.from}, 3) AND time < toDateTime64(${window.to + scrapeReachSeconds}, 3)
          AND origin IN ${param('Array(String)', [...origins])}
        ORDER BY time DESC, feed, target LIMIT 1 BY origin LIMIT ${limit}`, { name: 'scrapes behind rows', timeoutMs: readTimeoutMs });
    },

    async targets({ tenant }, { from, to }, edgeIds, limit) {
      if (edgeIds.length === 0) return [];
      const rows = await store.query<{ target: string }>(sql`
        SELECT DISTINCT target FROM scrape_states
        WHERE tenant = ${tenant} AND time >= toDateTime64(${from}, 3) AND time < toDateTime64(${to + scrapeReachSeconds}, 3) AND ${originOfState} IN (
          SELECT origin FROM edge_traffic_10s WHERE tenant = ${tenant} AND bucket >= toDateTime(${from}) AND bucket < toDateTime(${to}) AND origin != 0 AND edge_id IN ${edgeIdSet(edgeIds)})
        ORDER BY target LIMIT ${limit}`, { name: 'targets behind an edge', timeoutMs: readTimeoutMs });
      return rows.map(({ target }) => target);
    },

    async series({ tenant }, source, destination, limit) {
      const conditions = [...endLabels('source', source), ...endLabels('destination', destination)];
      if (conditions.length === 0) return [];
      const rows = await store.query<{ id: string; name: string; labels: Record<string, string> }>(sql`
        SELECT leftPad(lower(hex(series)), 16, '0') AS id, name, labels FROM series_names
        WHERE tenant = ${tenant} AND ${joinSql(conditions, ' AND ')}
        ORDER BY name, id LIMIT 1 BY series LIMIT ${limit}`, { name: 'series behind an edge', timeoutMs: readTimeoutMs });
      return rows.map(({ id, name, labels }) => ({ id, name, labels: new Map(Object.entries(labels)) }));
    },

    async flows({ tenant }, window, source, destination, limit) {
      const conditions = [...endColumns('source', source), ...endColumns('destination', destination)];
      if (conditions.length === 0) return [];
      const rows = await store.query<{ id: string; timeMs: string; text: string }>(sql`
        SELECT id, toUnixTimestamp64Milli(any(toDateTime64(time, 3))) AS timeMs,
          any(concat(protocol, ' ', source_ip, ' → ', destination_ip, ':', toString(destination_port), if(drop_reason = '', '', concat(' dropped: ', drop_reason)))) AS text
        FROM flows
        WHERE tenant = ${tenant} AND time >= toDateTime64(${window.from}, 9) AND time < toDateTime64(${window.to}, 9) AND ${joinSql(conditions, ' AND ')}
        GROUP BY node, id ORDER BY timeMs DESC, id LIMIT ${limit}`, { name: 'flows behind an edge', timeoutMs: readTimeoutMs });
      return rows.map((row) => ({ ...row, timeMs: Number(row.timeMs) }));
    },

    // Only the finest tier keeps when a row came; jobs rewrite theirs, which is not lateness.
    late: ({ tenant }, window: TimeWindow) => store.query<LateRows>(sql`
      SELECT feed, count() AS rows, max(delay) AS worstSeconds FROM (
        SELECT feed, toUnixTimestamp(inserted_at) - toUnixTimestamp(bucket) - 10 AS delay FROM edge_traffic_10s
        WHERE tenant = ${tenant} AND bucket >= toDateTime(${window.from}) AND bucket < toDateTime(${window.to}) AND origin != 0)
      WHERE delay > ${settleSeconds} GROUP BY feed ORDER BY rows DESC LIMIT 100`, { name: 'late rows', timeoutMs: readTimeoutMs }),
  };
}

/** By Istio's labels; an end without a name (unknown, outside) is left open. */
function endLabels(end: 'source' | 'destination', ends: readonly End[] | null): Sql[] {
  const named = (ends ?? []).filter(({ name, kind }) => name !== '' && kind !== EntityKind.world).slice(0, mostEnds);
  if (named.length === 0) return [];
  const names = param('Array(String)', named.map(({ name }) => name)), namespaces = param('Array(String)', [...new Set(named.map(({ namespace }) => namespace))]);
  const workload = sql`(labels[${`${end}_workload`}] IN ${names} AND labels[${`${end}_workload_namespace`}] IN ${namespaces})`;
  return [sql`(${workload} OR labels[${`${end}_canonical_service`}] IN ${names} OR labels[${`${end}_service`}] IN ${names})`];
}

function endColumns(end: 'source' | 'destination', ends: readonly End[] | null): Sql[] {
  const named = (ends ?? []).filter(({ name }) => name !== '').slice(0, mostEnds);
  if (named.length === 0) return [];
  const names = param('Array(String)', named.flatMap(({ name, app }) => (app === '' ? [name] : [name, app])));
  const namespaces = param('Array(String)', [...new Set([...named.map(({ namespace }) => namespace), ''])]);
  const [namespace, name, app] = [`${end}_namespace`, `${end}_name`, `${end}_app`].map((column) => identifier(column)) as [Sql, Sql, Sql];
  return [sql`${namespace} IN ${namespaces} AND (${name} IN ${names} OR (${app} != '' AND ${app} IN ${names}))`];
}
