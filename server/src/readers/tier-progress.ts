import type { TierStep } from '@orrery/collectors/model/time-window';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** Name of the job that fills a tier, as in `job_progress`. */
export function rollUpJob(step: TierStep): string {
  return `roll-up ${step}`;
}

/** How far each tier's roll-up has come: Unix seconds by step. */
export async function tierProgress(store: Pick<Store, 'query'>): Promise<ReadonlyMap<TierStep, number>> {
  const rows = await store.query<{ job: string; until: number }>(
    sql`SELECT job, toUnixTimestamp(complete_until) AS until FROM job_progress FINAL WHERE startsWith(job, 'roll-up ')`,
    { name: 'tier progress', timeoutMs: 5_000 });
  const progress = new Map<TierStep, number>();
  for (const step of [60, 600, 3600] as const) progress.set(step, rows.find((row) => row.job === rollUpJob(step))?.until ?? 0);
  return progress;
}
