import { tierSteps, type TierStep } from '@orrery/collectors/model/time-window';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { edgeTrafficRow } from '@orrery/collectors/store/rows/edge-traffic-row';
import { identifier, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { meshRows, type GraphMesh } from './graph-mesh.ts';

/** A part of a tier, [from, to) in Unix seconds. */
export interface TierPart { readonly step: TierStep; readonly from: number; readonly to: number }

export interface Fill {
  readonly mesh: GraphMesh;
  readonly parts: readonly TierPart[];
  /** Multiplies the traffic. */
  readonly times?: number;
}

const tierTable: Readonly<Record<TierStep, string>> = { 10: 'edge_traffic_10s', 60: 'edge_traffic_1m', 600: 'edge_traffic_10m', 3600: 'edge_traffic_1h' };
const template = 'bench_template';
const rowsPerBlock = 50_000, rowsPerStatement = 4_000_000;
const newestSeconds = 120, flushSeconds = 2;

/**
 * Fills tiers with a mesh and says how many rows each got. One bucket's rows are made in full and written to a template;
 * every bucket is that template with its counts shaken a little, whole as counts are, and multiplied by what the tier's step is to 10 s.
 *
 * As the collectors do it: a scrape each 15 s is split over the 10 s buckets that it overlaps, so a proxy has two rows in
 * two buckets of three, which only differ in `origin`; rows lie in the order of time; the last two minutes before `now`
 * come in blocks of two seconds. A part may reach into the future, so that live windows stay full while they are measured:
 * coarser tiers hold what the roll-ups would have made of it, and `inserted_at` is too old for them to look again.
 * @param now Unix seconds
 */
export async function fillTiers(store: Store, fills: readonly Fill[], now: number): Promise<Map<TierStep, number>> {
  const filled = new Map<TierStep, number>();
  for (const { mesh, parts, times = 1 } of fills) {
    const count = await writeTemplate(store, mesh, times);
    for (const part of parts) {
      const each = Math.max(part.step, Math.floor(rowsPerStatement / count) * part.step);
      const old = now - 120;
      const present = part.step === 10 ? Math.min(part.to, Math.ceil(now / 10) * 10) : part.to;
      const recent = part.step === 10 ? Math.max(part.from, present - newestSeconds) : part.to;
      const blocks = 10 / flushSeconds;
      const whole = async (from: number, to: number): Promise<void> => {
        for (let at = from; at < to; at += each) await store.command(copy(part, at, Math.min(to, at + each), old), { name: 'fill', timeoutMs: 300_000 });
      };
      await whole(part.from, Math.min(recent, present));
      for (let at = recent; at < present; at += 10) {
        for (let block = 0; block < blocks; block++) await store.command(copy(part, at, at + 10, old, sql` AND cityHash64(edge_id, side, part) % ${blocks} = ${block}`), { name: 'fill', timeoutMs: 60_000 });
      }
      await whole(Math.max(recent, present), part.to);
      const rows = await store.query<{ count: number }>(
        sql`SELECT count() AS count FROM ${identifier(tierTable[part.step])} WHERE tenant = ${mesh.tenant} AND bucket >= toDateTime(${part.from}) AND bucket < toDateTime(${part.to})`, { name: 'count' });
      filled.set(part.step, (filled.get(part.step) ?? 0) + (rows[0]?.count ?? 0));
    }
    await store.command(sql`DROP TABLE ${identifier(template)}`, { name: 'drop template' });
  }
  return filled;
}

/** Tells the readers that every tier is complete until `until`, Unix seconds, and the roll-ups that they have seen it. */
export async function completeTiers(store: Store, until: number): Promise<void> {
  for (const step of tierSteps.slice(1)) {
    await store.command(sql`
      INSERT INTO job_progress (job, seen_until, complete_until)
      SELECT ${`roll-up ${step}`}, fromUnixTimestamp64Milli(${param('Int64', until * 1000)}), toDateTime(${Math.floor(until / step) * step})`, { name: 'progress' });
  }
}

/** Waits until no merges run, so that measured is the steady state and not the filling. */
export async function settle(store: Store, timeoutMs = 120_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let calm = 0; calm < 3 && performance.now() < deadline; ) {
    const [row] = await store.query<{ merges: number }>(sql`SELECT count() AS merges FROM system.merges`, { name: 'merges' });
    calm = row?.merges === 0 ? calm + 1 : 0;
    await new Promise((done) => { setTimeout(done, 1_000); });
  }
}

/** Registers the mesh's edges and layouts through the block writer, and keeps one bucket of its rows; returns how many. */
async function writeTemplate(store: Store, mesh: GraphMesh, times: number): Promise<number> {
  await store.command(sql`CREATE OR REPLACE TABLE ${identifier(template)} AS edge_traffic_10s ENGINE = MergeTree ORDER BY (tenant, edge_id, instrument, side)`, { name: 'template' });
  const redirected: Pick<Store, 'insertNative' | 'edgeKey'> = {
    edgeKey: store.edgeKey,
    insertNative: (table, names, block, token) => store.insertNative(table === edgeTrafficRow.table ? template : table, names, block, token),
  };
  const rows = meshRows(mesh, 0, times);
  const writer = createBlockWriter(redirected);
  for (let from = 0; from < rows.length; from += rowsPerBlock) await writer.edgeTraffic(rows.slice(from, from + rowsPerBlock), `template ${mesh.tenant} ${times} ${from} ${Date.now()}`);
  return rows.length;
}

/** One INSERT … SELECT: the template in every bucket of [from, to). */
function copy({ step }: TierPart, from: number, to: number, insertedBefore: number, only: Sql = sql``): Sql {
  const finest = step === 10;
  const scaled = (name: string): Sql => sql`toUInt64(ceil(${identifier(name)} * factor))`;
  const map = (name: string): Sql => sql`mapApply((k, v) -> (k, toUInt64(ceil(v * factor))), ${identifier(name)})`;
  return sql`
    INSERT INTO ${identifier(tierTable[step])}
      (tenant, bucket, edge_id, instrument, side, feed, intent, origin, measured, protocols, via, requests, errors, requests_estimated, errors_estimated,
       responses, layout_id, latency, latency_sum_ms, bytes_sent, bytes_received, requests_secured, source_principal, destination_principal, version, inserted_at)
    WITH (intDiv(at, 10) + cityHash64(edge_id)) % 3 != 0 AS split,
      (${step} / 10) * (0.8 + (cityHash64(edge_id, at) % 1000) / 2500) / if(${finest} AND instrument = 'proxy' AND split, 2, 1) AS factor,
      if(requests = 0, 1, requests_estimated / requests) AS one_in
    SELECT tenant, toDateTime(at) AS bucket, edge_id, instrument, side, feed, intent, if(${finest} AND instrument = 'proxy', cityHash64(at, edge_id, part), 0) AS origin, measured, protocols, via,
      ${scaled('requests')}, ${scaled('errors')}, ${scaled('requests')} * one_in, ${scaled('errors')} * one_in,
      ${map('responses')}, layout_id, ${map('latency')}, latency_sum_ms * factor, ${scaled('bytes_sent')}, ${scaled('bytes_received')}, ${scaled('requests_secured')},
      source_principal, destination_principal, toUInt64(at) * 1000 AS version, fromUnixTimestamp64Milli(toInt64(least(at + ${step}, ${insertedBefore})) * 1000) AS inserted_at
    FROM (SELECT arrayJoin(range(toUInt32(${from}), toUInt32(${to}), toUInt32(${step}))) AS at) AS times
    CROSS JOIN (SELECT *, arrayJoin(if(instrument = 'proxy', [0, 1], [0])) AS part FROM ${identifier(template)}) AS rows
    WHERE (part = 0 OR (${finest} AND split))${only}
    SETTINGS max_insert_threads = 1, max_threads = 2`;
}
