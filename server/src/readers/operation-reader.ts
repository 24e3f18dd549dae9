import { operationStep } from '@orrery/collectors/model/edge-operation';
import type { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import { joinSql, param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { OperationReader, OperationWindow } from '../inference/ports.ts';
import { edgeIdSet } from './edge-id-set.ts';
import { createLatencyLayouts } from './latency-layouts.ts';

interface OperationColumns {
  readonly id: readonly string[];
  readonly instrument: readonly Instrument[];
  readonly side: readonly Side[];
  readonly feed: readonly string[];
  readonly operation: readonly string[];
  readonly layout: readonly number[];
  readonly requestCount: readonly number[];
  readonly errorCount: readonly number[];
  readonly estimated: readonly number[];
  readonly latencyKeys: readonly (readonly number[])[];
  readonly latencyValues: readonly (readonly number[])[];
}

const readTimeoutMs = 20_000;
/** Operations of one answer; the busiest stay. A whole mesh has a few for each of its edges. */
const maxRows = 200_000;

/** Reads what edges do, by operation. Rows are deduplicated by their natural key and summed over the minutes that the window touches; nothing is chosen. */
export function createOperationReader(store: Pick<Store, 'query' | 'queryColumns'>): OperationReader {
  const layouts = createLatencyLayouts(store);

  return {
    async operations(scope, window, edgeIds) {
      if (scope.namespaces?.length === 0 || edgeIds?.length === 0) return [];
      const conditions = [sql`tenant = ${scope.tenant} AND bucket >= toDateTime(${window.from - (window.from % operationStep)}) AND bucket < toDateTime(${window.to}) AND requests > 0`];
      if (edgeIds) conditions.push(sql`edge_id IN ${edgeIdSet(edgeIds)}`);
      if (scope.namespaces) {
        const namespaces = param('Array(String)', scope.namespaces);
        conditions.push(sql`edge_id IN (SELECT edge_id FROM edges WHERE tenant = ${scope.tenant} AND (source_namespace IN ${namespaces} OR destination_namespace IN ${namespaces}))`);
      }
      const columns = await store.queryColumns(sql`
        SELECT lower(hex(edge_id)) AS id, instrument, side, feed, operation, layout_id AS layout,
          sum(requests) AS requestCount, sum(errors) AS errorCount, sum(requests_estimated) AS estimated,
          sumMap(latency) AS counts, mapKeys(counts) AS latencyKeys, mapValues(counts) AS latencyValues
        FROM (SELECT * FROM edge_operation FINAL WHERE ${joinSql(conditions, ' AND ')} SETTINGS do_not_merge_across_partitions_select_final = 1)
        GROUP BY edge_id, instrument, side, feed, operation, layout_id ORDER BY requestCount DESC, edge_id, operation LIMIT ${maxRows}`,
      { name: 'operations', timeoutMs: readTimeoutMs }) as unknown as OperationColumns;
      await layouts.load(columns.layout);
      return columns.id.map((edgeId, i): OperationWindow => ({
        edgeId,
        instrument: columns.instrument[i]!, side: columns.side[i]!, feed: columns.feed[i]!, operation: columns.operation[i]!,
        requests: columns.requestCount[i]!, errors: columns.errorCount[i]!, requestsEstimated: columns.estimated[i]!,
        layout: layouts.get(columns.layout[i]!),
        latency: new Map(columns.latencyKeys[i]!.map((key, j) => [key, columns.latencyValues[i]![j]!])),
      }));
    },

    async changeToken() {
      const rows = await store.query<{ token: string }>(sql`
        SELECT toString(sipHash128(groupArray((partition_id, block)))) AS token FROM (
          SELECT partition_id, max(max_block_number) AS block FROM system.parts
          WHERE active AND database = currentDatabase() AND table = 'edge_operation' GROUP BY partition_id ORDER BY partition_id)`,
      { name: 'change token of operations', timeoutMs: 5_000 });
      return rows[0]?.token ?? '';
    },
  };
}
