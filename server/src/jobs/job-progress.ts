import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** How far a job has come, kept in the store so that another process goes on from there. */
export interface JobProgress {
  /** Unix ms: every source row inserted before it has been taken into account. */
  readonly seenUntil: number;
  /** Unix seconds: every bucket before it is in the tier (roll-ups). */
  readonly completeUntil: number;
}

/** Progress that a run made. */
export interface MadeProgress extends JobProgress {
  /** Unix ms by the store's clock, when the run began to look: what was inserted later, it did not see. */
  readonly asOf: number;
}

type ProgressStore = Pick<Store, 'query' | 'command'>;

/** How far a job came; null before its first run. @throws StoreError */
export async function loadProgress(store: ProgressStore, job: string): Promise<JobProgress | null> {
  const rows = await store.query<JobProgress>(sql`
    SELECT toUnixTimestamp64Milli(seen_until) AS seenUntil, toUnixTimestamp(complete_until) AS completeUntil
    FROM job_progress FINAL WHERE job = ${job}`, { name: 'load job progress', timeoutMs: 5_000 });
  return rows[0] ?? null;
}

/** Takes the place of what earlier runs saved. @throws StoreError */
export async function saveProgress(store: ProgressStore, job: string, progress: MadeProgress): Promise<void> {
  await store.command(sql`
    INSERT INTO job_progress (job, seen_until, complete_until, updated_at)
    SELECT ${job}, ${time(progress.seenUntil)}, toDateTime(${Math.floor(progress.completeUntil)}), ${time(progress.asOf)}`,
  { name: 'save job progress', timeoutMs: 5_000 });
}

function time(ms: number): Sql {
  return sql`fromUnixTimestamp64Milli(${param('Int64', Math.floor(ms))})`;
}

/** The store's own clock, Unix ms: `inserted_at` is told by it. */
export async function storeNow(store: Pick<Store, 'query'>): Promise<number> {
  const rows = await store.query<{ now: number }>(sql`SELECT toUnixTimestamp64Milli(now64(3)) AS now`, { name: 'store clock', timeoutMs: 5_000 });
  return rows[0]?.now ?? 0;
}
