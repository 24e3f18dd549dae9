import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { identifier, joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { EdgeBucket, EdgeWindow, Scope, TrafficReader } from '../inference/ports.ts';
import { edgeIdSet } from './edge-id-set.ts';
import { createEdgeNames } from './edge-names.ts';
import { createLatencyLayouts } from './latency-layouts.ts';
import { tierProgress } from './tier-progress.ts';
import { tierSegments, tierTables, type TierSegment } from './tier-segments.ts';
import { decodeTraffic, sumColumns, trafficColumns, type TrafficColumns } from './traffic-columns.ts';

type ReaderStore = Pick<Store, 'query' | 'queryColumns'>;

const readTimeoutMs = 20_000;
const maxEdgeIds = 5_000;

/**
 * Reads the waist from ClickHouse. Rows are deduplicated by their natural key (FINAL inside each partition, of which the
 * bucket is a part), withdrawn rows are left out, buckets are summed; nothing is chosen or merged beyond that.
 * @param now Unix milliseconds
 */
export function createTrafficReader(store: ReaderStore, now: () => number = Date.now): TrafficReader {
  const names = createEdgeNames(store);
  const layouts = createLatencyLayouts(store);

  async function segmentsOf(window: TimeWindow): Promise<TierSegment[]> {
    const progress = window.step === 10 ? new Map() : await tierProgress(store);
    return tierSegments(window, progress, now() / 1000);
  }

  async function decode(tenant: string, columns: TrafficColumns): Promise<EdgeWindow[]> {
    await Promise.all([names.load(tenant, [...new Set(columns.id)]), layouts.load(columns.layout)]);
    return decodeTraffic(columns, (id) => names.get(tenant, id), (id) => layouts.get(id));
  }

  return {
    async edgeWindows(scope, window) {
      if (scope.namespaces?.length === 0) return [];
      const rows = from(scope, await segmentsOf(window), null);
      const columns = await store.queryColumns(sql`
        SELECT ${sumColumns} FROM (${rows}) GROUP BY edge_id, instrument, side, feed, intent, layout_id`,
      { name: 'edge windows', timeoutMs: readTimeoutMs });
      return await decode(scope.tenant, columns as unknown as TrafficColumns);
    },

    async edgeBuckets(scope, window, edgeIds) {
      if (scope.namespaces?.length === 0 || edgeIds.length === 0) return [];
      if (edgeIds.length > maxEdgeIds) throw new RangeError(`a time series can cover at most ${maxEdgeIds} stored edges, not ${edgeIds.length}`);
      const rows = from(scope, await segmentsOf(window), edgeIds);
      const columns = await store.queryColumns(sql`
        SELECT ${sumColumns}, toUnixTimestamp(bucket) - toUnixTimestamp(bucket) % ${window.step} AS at
        FROM (${rows}) GROUP BY edge_id, instrument, side, feed, intent, layout_id, at`,
      { name: 'edge buckets', timeoutMs: readTimeoutMs }) as unknown as TrafficColumns & { at: number[] };
      const windows = await decode(scope.tenant, columns);
      return windows.map((row, i): EdgeBucket => ({ ...row, bucket: columns.at[i]! }));
    },

    async oldestBucket(scope) {
      const oldest = (table: string): Sql => sql`SELECT toUnixTimestamp(bucket) AS at FROM (SELECT bucket FROM ${identifier(table)} WHERE tenant = ${scope.tenant} ORDER BY tenant, bucket LIMIT 1)`;
      const rows = await store.query<{ at: number }>(joinSql(Object.values(tierTables).map(oldest), ' UNION ALL '), { name: 'oldest bucket', timeoutMs: readTimeoutMs });
      return rows.length === 0 ? null : Math.min(...rows.map((row) => row.at));
    },

    async changeToken() {
      // A block number is given to every insert and kept by merges, so this costs a look at the list of parts.
      const rows = await store.query<{ token: string }>(sql`
        SELECT toString(sipHash128(groupArray((table, partition_id, block)))) AS token FROM (
          SELECT table, partition_id, max(max_block_number) AS block FROM system.parts
          WHERE active AND database = currentDatabase() AND startsWith(table, 'edge_traffic_') GROUP BY table, partition_id ORDER BY table, partition_id)`,
      { name: 'change token', timeoutMs: 5_000 });
      return rows[0]?.token ?? '';
    },
  };
}

/** The rows of a scope: each segment from its own tier, deduplicated, of some edges or all. */
function from(scope: Scope, segments: readonly TierSegment[], edgeIds: readonly string[] | null): Sql {
  const conditions = [sql`measured != 0`];
  if (edgeIds) conditions.push(sql`edge_id IN ${edgeIdSet(edgeIds)}`);
  if (scope.namespaces) {
    const namespaces = param('Array(String)', scope.namespaces);
    conditions.push(sql`edge_id IN (SELECT edge_id FROM edges WHERE tenant = ${scope.tenant} AND (source_namespace IN ${namespaces} OR destination_namespace IN ${namespaces}))`);
  }
  return joinSql(segments.map((segment) => sql`
    SELECT ${trafficColumns} FROM ${identifier(segment.table)} FINAL
    WHERE tenant = ${scope.tenant} AND bucket >= toDateTime(${segment.from}) AND bucket < toDateTime(${segment.to}) AND ${joinSql(conditions, ' AND ')}
    SETTINGS do_not_merge_across_partitions_select_final = 1`), ' UNION ALL ');
}
