import { identifier, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** What a bucket of a tier holds, told cheaply: other rows, other digest. A merge of repeated rows changes it too, which costs a look. */
export interface BucketDigest { readonly text: string; readonly rows: number }

type QueryStore = Pick<Store, 'query'>;

/** The store's parts of a table at some time. */
export interface TableParts {
  /** Changed by every insert and merge. */
  readonly token: string;
  /** Rows that came later are in parts of other names. */
  readonly names: readonly string[];
}

const noParts: TableParts = { token: '', names: [] };

/** By table. */
export async function tableParts(store: QueryStore): Promise<(table: string) => TableParts> {
  const rows = await store.query<{ table: string; token: string; names: string[] }>(sql`
    SELECT table, toString(sipHash128(groupArray((partition_id, name)))) AS token, groupArray(name) AS names FROM (
      SELECT table, partition_id, name FROM system.parts WHERE active AND database = currentDatabase() AND startsWith(table, 'edge_traffic_') ORDER BY table, partition_id, name)
    GROUP BY table`, { name: 'table parts', timeoutMs: 5_000 });
  const tables = new Map(rows.map(({ table, token, names }) => [table, { token, names }]));
  return (table) => tables.get(table) ?? noParts;
}

/** Digests of a tier's buckets in [from, to) Unix seconds that have rows, by their start. */
export async function bucketDigests(store: QueryStore, tenant: string, table: string, from: number, to: number): Promise<ReadonlyMap<number, BucketDigest>> {
  const rows = await store.query<{ at: number; rows: number; newest: string }>(sql`
    SELECT toUnixTimestamp(bucket) AS at, toUInt32(count()) AS rows, toString(toUnixTimestamp64Milli(max(inserted_at))) AS newest
    FROM ${identifier(table)} WHERE tenant = ${tenant} AND bucket >= toDateTime(${from}) AND bucket < toDateTime(${to}) GROUP BY bucket`,
  { name: 'bucket digests', timeoutMs: 10_000 });
  return new Map(rows.map(({ at, rows: count, newest }) => [at, { text: `${at} ${count} ${newest}`, rows: count }]));
}
