import { Measured, type Instrument, type Side } from '@orrery/collectors/model/edge-traffic';
import { identifier, joinSql, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { ActivityReader, StoredActivity } from '../inference/diff/activity.ts';
import { edgeIdSet } from './edge-id-set.ts';
import { createLatencyLayouts } from './latency-layouts.ts';
import { stayedCount, stayedErrorCount } from './response-sql.ts';
import { tierProgress } from './tier-progress.ts';
import { noTiers, tierSegments } from './tier-segments.ts';

const readTimeoutMs = 20_000;

interface ActivityColumns {
  readonly id: readonly string[];
  readonly instrument: readonly Instrument[];
  readonly side: readonly Side[];
  readonly feed: readonly string[];
  readonly layout: readonly number[];
  readonly bits: readonly number[];
  readonly at: readonly number[][];
  readonly requests: readonly number[][];
  readonly errors: readonly number[][];
  readonly stayed: readonly number[][];
  readonly stayed_errors: readonly number[][];
  readonly client_errors: readonly number[][];
  readonly bytes: readonly number[][];
  readonly connections: readonly number[][];
  readonly latency_keys: readonly number[][][];
  readonly latency_values: readonly number[][][];
  readonly requests_secured: readonly number[];
  readonly requests_plaintext: readonly number[];
  readonly connections_secured: readonly number[];
  readonly connections_plaintext: readonly number[];
}

/**
 * Reads the steps of edges' traffic. Rows are deduplicated as in `traffic-reader.ts`; a row of the answer is one
 * (edge, instrument, side, feed, layout) with arrays over its steps.
 * @param now Unix milliseconds
 */
export function createActivityReader(store: Pick<Store, 'query' | 'queryColumns'>, now: () => number = Date.now): ActivityReader {
  const layouts = createLatencyLayouts(store);
  return {
    async activity(scope, window, edgeIds) {
      if (edgeIds.length === 0 || window.steps === 0) return [];
      const { from, step, stepSeconds, steps } = window;
      const segments = tierSegments({ from, to: from + steps * stepSeconds, step }, step === 10 ? noTiers : await tierProgress(store, scope.tenant), now() / 1000);
      const rows = joinSql(segments.map((segment) => sql`
        SELECT edge_id, instrument, side, feed, layout_id, bucket, measured, requests, errors, client_errors, responses, latency,
          bytes_sent + bytes_received AS all_bytes, connections_opened, requests_secured, requests_plaintext, connections_secured, connections_plaintext
        FROM ${identifier(segment.table)} FINAL
        WHERE tenant = ${scope.tenant} AND bucket >= toDateTime(${segment.from}) AND bucket < toDateTime(${segment.to}) AND measured != 0
          AND intent = 'primary' AND edge_id IN ${edgeIdSet(edgeIds)}
        SETTINGS do_not_merge_across_partitions_select_final = 1`), ' UNION ALL ');
      const columns = await store.queryColumns(sql`
        SELECT lower(hex(edge_id)) AS id, instrument, side, feed, layout_id AS layout, groupBitOr(bits) AS bits, groupArray(step_at) AS at,
          groupArray(r) AS requests, groupArray(e) AS errors, groupArray(s) AS stayed, groupArray(se) AS stayed_errors, groupArray(ce) AS client_errors,
          groupArray(b) AS bytes, groupArray(c) AS connections, groupArray(mapKeys(l)) AS latency_keys, groupArray(mapValues(l)) AS latency_values,
          sum(rs) AS requests_secured, sum(rp) AS requests_plaintext, sum(cs) AS connections_secured, sum(cp) AS connections_plaintext
        FROM (
          SELECT edge_id, instrument, side, feed, layout_id, intDiv(toUnixTimestamp(bucket) - ${from}, ${stepSeconds}) AS step_at, groupBitOr(measured) AS bits,
            sum(requests) AS r, sum(errors) AS e, sum(if(side = 'source', ${stayedCount}, 0)) AS s, sum(if(side = 'source', ${stayedErrorCount}, 0)) AS se, sum(client_errors) AS ce,
            sum(all_bytes) AS b, sum(connections_opened) AS c, sumMap(latency) AS l,
            sum(requests_secured) AS rs, sum(requests_plaintext) AS rp, sum(connections_secured) AS cs, sum(connections_plaintext) AS cp
          FROM (${rows}) GROUP BY edge_id, instrument, side, feed, layout_id, step_at ORDER BY step_at)
        GROUP BY edge_id, instrument, side, feed, layout_id ORDER BY edge_id, instrument, side, feed, layout_id`,
      { name: 'edge activity', timeoutMs: readTimeoutMs }) as unknown as ActivityColumns;
      await layouts.load(columns.layout);
      return columns.id.map((_, i) => decode(columns, i, layouts.get(columns.layout[i]!)));
    },
  };
}

function decode(c: ActivityColumns, i: number, layout: StoredActivity['layout']): StoredActivity {
  const bits = c.bits[i]!;
  const judged = c.requests_secured[i]! + c.requests_plaintext[i]! > 0;
  const keys = c.latency_keys[i]!, values = c.latency_values[i]!;
  return {
    edgeId: c.id[i]!, instrument: c.instrument[i]!, side: c.side[i]!, feed: c.feed[i]!, measured: bits, layout,
    at: c.at[i]!, requests: c.requests[i]!, errors: c.errors[i]!, stayed: c.stayed[i]!, stayedErrors: c.stayed_errors[i]!, clientErrors: c.client_errors[i]!,
    bytes: c.bytes[i]!, connections: c.connections[i]!,
    latency: keys.map((indexes, j) => new Map((bits & Measured.latency) === 0 ? [] : indexes.map((index, k) => [index, values[j]![k]!]))),
    secured: judged ? c.requests_secured[i]! : c.connections_secured[i]!,
    plaintext: judged ? c.requests_plaintext[i]! : c.connections_plaintext[i]!,
  };
}
