import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { ChangedBucket, DirtyBucket } from './changed-buckets.ts';
import { bucketsOfFreshIdentities } from './fresh-identities.ts';
import { reachSeconds } from './span-range.ts';

/** Counts of spans by tenant, bucket and second, inserted since `sinceMs` into buckets from `oldestBucket` on. @param only condition for those that matter */
export function insertedSpans(sinceMs: number, oldestBucket: number, only = sql`1`): Sql {
  return sql`
    SELECT tenant, toUnixTimestamp(start_bucket) AS bucket, toUnixTimestamp(inserted_at) AS second, count() AS count FROM spans
    WHERE start_bucket >= toDateTime(${Math.floor(oldestBucket)}) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))}) AND ${only}
    GROUP BY tenant, bucket, second`;
}

/** Buckets whose spans mean something else because of spans that are new, or because of what was told since `sinceMs` of who had an address. */
export async function relatedToSpans(store: Pick<Store, 'query'>, changed: readonly ChangedBucket[], sinceMs: number, oldestBucket: number): Promise<readonly DirtyBucket[]> {
  return [...await bucketsOfFreshIdentities(store, sinceMs, 'spans', oldestBucket), ...await bucketsOfCounterparts(store, changed)];
}

/**
 * Buckets up to `reachSeconds` away whose spans mean something else because of rows that are new to `changed`. A span and its
 * children meet under its id. Most traces lie in one bucket and have nothing to say: they are left out first.
 */
export async function bucketsOfCounterparts(store: Pick<Store, 'query'>, changed: readonly ChangedBucket[]): Promise<readonly DirtyBucket[]> {
  if (changed.length === 0) return [];
  const near = new Set<number>();
  for (const one of changed) {
    for (let at = one.bucket - reachSeconds; at <= one.bucket + reachSeconds; at += 10) near.add(at);
  }
  const within = sql`start_bucket IN (SELECT toDateTime(arrayJoin(${param('Array(UInt32)', [...near])}))) AND kind IN (2, 3, 4, 5)`;
  const isFresh = sql`inserted_at >= toDateTime64(${Math.min(...changed.map(({ since }) => since))}, 3)`;
  return store.query<DirtyBucket>(sql`
    SELECT DISTINCT tenant, arrayJoin(buckets) AS bucket FROM (
      SELECT tenant, groupUniqArray(toUnixTimestamp(start_bucket)) AS buckets FROM (
        SELECT tenant, trace_id, start_bucket, inserted_at, arrayJoin([span_id, parent_span_id]) AS id FROM spans
        WHERE ${within} AND (tenant, trace_id) IN (
          SELECT tenant, trace_id FROM spans WHERE ${within} GROUP BY tenant, trace_id HAVING min(start_bucket) != max(start_bucket) AND countIf(${isFresh}) > 0)
      ) WHERE id != unhex('0000000000000000') GROUP BY tenant, trace_id, id HAVING length(buckets) > 1 AND countIf(${isFresh}) > 0)`,
  { name: 'buckets of counterparts', timeoutMs: 20_000 });
}
