import { identifier, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** What a bucket of a tier holds, told cheaply: other rows, other digest. A merge of repeated rows changes it too, which costs a look. */
export interface BucketDigest { readonly text: string; readonly rows: number }

type QueryStore = Pick<Store, 'query'>;

/** Digests of a tier's buckets in [from, to) Unix seconds that have rows, by their start. */
export async function bucketDigests(store: QueryStore, tenant: string, table: string, from: number, to: number): Promise<ReadonlyMap<number, BucketDigest>> {
  const rows = await store.query<{ at: number; rows: number; newest: string }>(sql`
    SELECT toUnixTimestamp(bucket) AS at, toUInt32(count()) AS rows, toString(toUnixTimestamp64Milli(max(inserted_at))) AS newest
    FROM ${identifier(table)} WHERE tenant = ${tenant} AND bucket >= toDateTime(${from}) AND bucket < toDateTime(${to}) GROUP BY bucket`,
  { name: 'bucket digests', timeoutMs: 10_000 });
  return new Map(rows.map(({ at, rows: count, newest }) => [at, { text: `${at} ${count} ${newest}`, rows: count }]));
}
