import { tierSteps, tierTtl, type TierStep } from '@orrery/collectors/model/time-window';
import { identifier, joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { rollUpJob } from '../readers/tier-progress.ts';
import { tierTables } from '../readers/tier-segments.ts';
import { ChangedBuckets, DirtyQueue, type InsertedCount } from './changed-buckets.ts';
import { loadProgress, saveProgress, storeNow } from './job-progress.ts';
import type { JobReport, LeasedJob } from './leased-job.ts';

/** As for derived rows: visible at most this long after `inserted_at`. */
const overlapMs = 40_000;
/** A bucket is rolled up this long after its end, when most of it is there; what comes later makes it dirty again. */
const delaySeconds = 20;
const bucketsPerRun = 15;

/**
 * Fills one coarser tier from the next finer one. Each dirty bucket is computed anew, whole, by INSERT … SELECT under a
 * higher version, so it repairs itself whatever happened before. A bucket that its source tier no longer holds whole is left alone.
 */
export function createRollUpJob(store: Pick<Store, 'query' | 'command'>, step: Exclude<TierStep, 10>): LeasedJob {
  const name = rollUpJob(step);
  const sourceStep = tierSteps[tierSteps.indexOf(step) - 1]!;
  const [source, target] = [tierTables[sourceStep], tierTables[step]];
  const queue = new DirtyQueue();
  let changes = new ChangedBuckets();
  let seenUntil: number | null = null;

  return {
    name,
    async run(): Promise<JobReport> {
      const now = await storeNow(store);
      const oldest = Math.ceil((now / 1000 - tierTtl[sourceStep]) / step) * step;
      // Before the source is looked at: what it has all of then is all of it there.
      const sourceUntil = sourceStep === 10 ? Infinity : (await loadProgress(store, rollUpJob(sourceStep)))?.completeUntil ?? 0;
      seenUntil ??= (await loadProgress(store, name))?.seenUntil ?? now - tierTtl[sourceStep] * 1000;
      const since = Math.min(seenUntil, now) - overlapMs;
      const counts = await store.query<InsertedCount>(sql`
        SELECT tenant, intDiv(toUnixTimestamp(bucket), ${step}) * ${step} AS bucket, toUnixTimestamp(inserted_at) AS second, count() AS count
        FROM ${identifier(source)} AS rows
        WHERE rows.bucket >= toDateTime(${oldest}) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(since))})
        GROUP BY tenant, bucket, second`, { name: `${name}: inserted`, timeoutMs: 30_000 });
      const completeUntil = Math.floor(Math.min(now / 1000 - delaySeconds, sourceUntil) / step) * step;
      for (const one of changes.observe(counts, Math.floor(since / 1000))) {
        if (one.bucket < completeUntil) queue.add([one]);
        else queue.revisit(one, (one.bucket + step + delaySeconds) * 1000);
      }
      seenUntil = now;

      let written = 0;
      for (let taken = queue.take(0, bucketsPerRun, now); taken.length > 0; taken = queue.take(0, bucketsPerRun, now)) {
        const tenants = Map.groupBy(taken, (one) => one.tenant);
        try {
          for (const [tenant, buckets] of tenants) {
            await store.command(rollUp(source, target, step, tenant, buckets.map((one) => one.bucket)), { name, timeoutMs: 60_000 });
            written += buckets.length;
          }
        } catch (error) {
          queue.add(taken);
          throw error;
        }
      }
      // What waits for its bucket to end is found again by the next process: its rows are younger than this.
      await saveProgress(store, name, { seenUntil: Math.min(now, completeUntil * 1000) - overlapMs, completeUntil, asOf: now });
      return { lagSeconds: queue.oldest === null ? 0 : now / 1000 - queue.oldest, written, pending: queue.size };
    },
    reset(): void {
      queue.clear();
      changes = new ChangedBuckets();
      seenUntil = null;
    },
  };
}

const keys = ['tenant', 'edge_id', 'instrument', 'side', 'feed', 'intent', 'layout_id'] as const;
const summed = [
  'requests', 'errors', 'requests_estimated', 'errors_estimated', 'client_errors', 'attempts', 'messages_sent', 'messages_received', 'latency_sum_ms',
  'bytes_sent', 'bytes_received', 'connections_opened', 'connections_closed', 'connections_failed', 'retransmits', 'drops', 'rtt_sum_ms', 'rtt_count',
  'requests_secured', 'requests_plaintext', 'connections_secured', 'connections_plaintext',
] as const;
const greatest = ['open_connections', 'source_principal', 'destination_principal'] as const;
const bits = ['measured', 'protocols'] as const;

/** Withdrawn rows go along as zeros: where nothing else is left of an edge, the coarser row is withdrawn too (`measured` 0). */
function rollUp(source: string, target: string, step: number, tenant: string, buckets: readonly number[]): Sql {
  const columns = [...keys, ...summed, ...greatest, ...bits];
  const list = (names: readonly string[], of: (name: Sql) => Sql): Sql => joinSql(names.map((column) => of(identifier(column))), ', ');
  const inBuckets = joinSql(buckets.map((bucket) => sql`(rows.bucket >= toDateTime(${bucket}) AND rows.bucket < toDateTime(${bucket + step}))`), ' OR ');
  return sql`
    INSERT INTO ${identifier(target)} (${list(columns, (name) => name)}, bucket, origin, via, responses, latency, version)
    SELECT ${list(keys, (name) => name)}, ${list(summed, (name) => sql`sum(${name})`)}, ${list(greatest, (name) => sql`max(${name})`)}, ${list(bits, (name) => sql`groupBitOr(${name})`)},
      toDateTime(intDiv(toUnixTimestamp(rows.bucket), ${step}) * ${step}) AS start, 0, arraySort(groupUniqArrayArray(via)), sumMap(responses), sumMap(latency), toUnixTimestamp64Milli(now64(3))
    FROM ${identifier(source)} AS rows FINAL
    WHERE tenant = ${tenant} AND (${inBuckets})
    GROUP BY ${list(keys, (name) => name)}, start
    SETTINGS do_not_merge_across_partitions_select_final = 1`;
}
