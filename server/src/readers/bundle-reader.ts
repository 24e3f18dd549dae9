import { tierSteps } from '@orrery/collectors/model/time-window';
import { encodeBlock } from '@orrery/collectors/store/native-block';
import { configObjectRow, type ConfigObjectRow } from '@orrery/collectors/store/rows/config-object-row';
import { identifier, joinSql, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { BundlePiece, BundleRange } from '../bundle/manifest.ts';
import { portableObject } from '../bundle/portable-object.ts';
import { tierTables } from './tier-segments.ts';

type ReaderStore = Pick<Store, 'query' | 'queryNative'>;

/** Rows of one piece, roughly: some tens of megabytes before they are packed. */
const rowsPerPiece = 50_000;
const timeoutMs = 60_000;

/**
 * Tables whose rows lie in buckets; the largest, read bucket by bucket. A tier begins and ends with a whole bucket of the next
 * coarser one (`aligned`, seconds). Where it began within one, data would seem to have begun there, and the coarser bucket's
 * traffic would be taken for that of the shorter time; and finer buckets stand for a coarse one into which something came late.
 */
const bucketed = [
  ...tierSteps.map((step, i) => ({ table: tierTables[step], aligned: tierSteps[i + 1] ?? step })), { table: 'edge_operation', aligned: 60 }, { table: 'edge_zone_traffic', aligned: 10 },
] as const;

/** Reads a tenant's data of a window, deduplicated, as the pieces of a bundle. One piece is in memory at a time. */
export async function* readBundlePieces(store: ReaderStore, range: BundleRange): AsyncGenerator<BundlePiece> {
  for (const { table, aligned } of bucketed) yield* bucketPieces(store, range, table, aligned);
  for (const [table, where] of Object.entries(others(range))) yield* native(store, table, await columnsOf(store, table), where);
  yield* configuration(store, range);
}

function startOf({ from, lookbackSeconds }: BundleRange, aligned: number): number {
  return Math.floor((from - lookbackSeconds) / aligned) * aligned;
}

function endOf({ to }: BundleRange, aligned: number): number {
  return Math.ceil(to / aligned) * aligned;
}

/** The rest is small, or bounded by what it names. */
function others(range: BundleRange): Readonly<Record<string, Sql>> {
  const { tenant, from, to, lookbackSeconds } = range;
  const start = from - lookbackSeconds;
  const named = joinSql(bucketed.map(({ table, aligned }) => sql`
    SELECT edge_id FROM ${identifier(table)} WHERE tenant = ${tenant} AND bucket >= toDateTime(${startOf(range, aligned)}) AND bucket < toDateTime(${endOf(range, aligned)})`), ' UNION ALL ');
  return {
    edges: sql`tenant = ${tenant} AND edge_id IN (${named})`,
    latency_layouts: sql`1`,
    identities: sql`tenant = ${tenant} AND valid_from < toDateTime(${to}) AND valid_to >= toDateTime(${start})`,
    events: sql`tenant = ${tenant} AND time < toDateTime(${to}) AND end_time >= toDateTime(${start})`,
    finding_history: sql`tenant = ${tenant} AND first_seen < toDateTime(${to}) AND (resolved_at <= toDateTime(0) OR resolved_at >= toDateTime(${start}))`,
    source_reports: sql`tenant = ${tenant} AND time >= toDateTime(${from}) AND time < toDateTime(${to})`,
    // How far the tiers have come decides which of them answers: without it another graph would be read.
    job_progress: sql`startsWith(job, 'roll-up ')`,
  };
}

async function* bucketPieces(store: ReaderStore, range: BundleRange, table: string, aligned: number): AsyncGenerator<BundlePiece> {
  const { tenant } = range;
  const buckets = await store.query<{ at: number; rows: number }>(sql`
    SELECT toUnixTimestamp(bucket) AS at, count() AS rows FROM ${identifier(table)}
    WHERE tenant = ${tenant} AND bucket >= toDateTime(${startOf(range, aligned)}) AND bucket < toDateTime(${endOf(range, aligned)}) GROUP BY at ORDER BY at`, { name: `record buckets of ${table}`, timeoutMs });
  const columns = await columnsOf(store, table);
  for (let first = 0, rows = 0, i = 0; i < buckets.length; i++) {
    rows += buckets[i]!.rows;
    if (i + 1 < buckets.length && rows + buckets[i + 1]!.rows <= rowsPerPiece) continue;
    yield* native(store, table, columns, sql`tenant = ${tenant} AND bucket >= toDateTime(${buckets[first]!.at}) AND bucket <= toDateTime(${buckets[i]!.at})`);
    first = i + 1;
    rows = 0;
  }
}

async function* native(store: ReaderStore, table: string, columns: readonly string[], where: Sql): AsyncGenerator<BundlePiece> {
  const final = plainTables.has(table) ? sql`` : sql`FINAL`;
  const [counted] = await store.query<{ rows: number }>(sql`SELECT count() AS rows FROM ${identifier(table)} ${final} WHERE ${where}`, { name: `record ${table}`, timeoutMs });
  const rows = counted?.rows ?? 0;
  if (rows === 0) return;
  const body = await store.queryNative(sql`SELECT ${joinSql(columns.map(identifier), ', ')} FROM ${identifier(table)} ${final} WHERE ${where}`, { name: `record ${table}`, timeoutMs });
  yield { table, rows, body };
}

/** Tables whose rows are never replaced: FINAL is refused there. */
const plainTables: ReadonlySet<string> = new Set(['source_reports']);

/** The versions that stood at the start and those that came since, without Secrets and environments. */
async function* configuration(store: ReaderStore, { tenant, from, to, lookbackSeconds }: BundleRange): AsyncGenerator<BundlePiece> {
  const start = sql`toDateTime(${from - lookbackSeconds})`;
  const identity = sql`cluster, api_version, kind, namespace, name`;
  const rows = await store.query<ConfigObjectRow>(sql`
    SELECT tenant, cluster, api_version AS apiVersion, kind, namespace, name, toUnixTimestamp64Milli(seen_at) AS seenAtMs, resource_version AS resourceVersion, deleted, object
    FROM config_objects FINAL WHERE tenant = ${tenant} AND seen_at < toDateTime(${to}) AND kind != 'Secret' AND (seen_at >= ${start} OR (${identity}, seen_at) IN (
      SELECT ${identity}, max(seen_at) FROM config_objects WHERE tenant = ${tenant} AND seen_at < ${start} GROUP BY ${identity}))`, { name: 'record configuration', timeoutMs });
  for (let first = 0; first < rows.length; first += 1_000) {
    const some = rows.slice(first, first + 1_000).map((row) => ({ ...row, object: portableText(row.object) }));
    yield { table: 'config_objects', rows: some.length, body: encodeBlock(configObjectRow, some) };
  }
}

/** A deleted object has no text. */
function portableText(text: string): string {
  return text === '' ? '' : JSON.stringify(portableObject(JSON.parse(text)));
}

async function columnsOf(store: ReaderStore, table: string): Promise<string[]> {
  const rows = await store.query<{ name: string }>(sql`
    SELECT name FROM system.columns WHERE database = currentDatabase() AND table = ${table} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS') ORDER BY position`, { name: 'columns', timeoutMs });
  return rows.map(({ name }) => name);
}
