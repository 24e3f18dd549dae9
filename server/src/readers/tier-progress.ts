import type { TierStep } from '@orrery/collectors/model/time-window';
import { identifier, joinSql, param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { finerThan, tierTables, type TierProgress } from './tier-segments.ts';

const rolledUp = [60, 600, 3600] as const;

/** Rows are visible a moment after they are stamped: those of so long before a roll-up looked may have come behind its back. */
const unseenMs = 5_000;
/** Where an hour comes late at once, windows are not read of hundreds of finer buckets: the oldest are told when they are rolled up. */
const mostTouched = 10;

/** Name of the job that fills a tier, as in `job_progress`. */
export function rollUpJob(step: TierStep): string {
  return `roll-up ${step}`;
}

/**
 * How far each tier's roll-up has come, and what came into a tenant's buckets behind its back. First the one, then the other:
 * what a roll-up takes in between is told as touched, and read as finely as it need not be.
 * @throws StoreError
 */
export async function tierProgress(store: Pick<Store, 'query'>, tenant: string): Promise<TierProgress> {
  const jobs = await store.query<{ job: string; until: number; asOfMs: number }>(
    sql`SELECT job, toUnixTimestamp(complete_until) AS until, toUnixTimestamp64Milli(updated_at) AS asOfMs FROM job_progress FINAL WHERE startsWith(job, 'roll-up ')`,
    { name: 'tier progress', timeoutMs: 5_000 });
  const known = rolledUp.map((step) => ({ step, until: 0, asOfMs: 0, ...jobs.find(({ job }) => job === rollUpJob(step)) }));
  const since = known.filter(({ until }) => until > 0).map(({ step, until, asOfMs }) => sql`
    SELECT ${step} AS step, arrayJoin(arraySlice(arrayReverseSort(groupUniqArray(intDiv(toUnixTimestamp(bucket), ${step}) * ${step})), 1, ${mostTouched})) AS at FROM ${identifier(tierTables[finerThan(step)!])}
    WHERE tenant = ${tenant} AND bucket < toDateTime(${until}) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', asOfMs - unseenMs)})`);
  const late = since.length === 0 ? [] : await store.query<{ step: TierStep; at: number }>(joinSql(since, ' UNION ALL '), { name: 'touched buckets', timeoutMs: 5_000 });
  return { completeUntil: new Map(known.map(({ step, until }) => [step, until])), touched: touchedBuckets(late) };
}

/** What a coarse bucket is made of is touched wherever one of the finer ones is. */
function touchedBuckets(late: readonly { readonly step: TierStep; readonly at: number }[]): TierProgress['touched'] {
  const touched = new Map<TierStep, Set<number>>(rolledUp.map((step) => [step, new Set()]));
  for (const { step, at } of late) for (const coarser of rolledUp) if (coarser >= step) touched.get(coarser)!.add(Math.floor(at / coarser) * coarser);
  return touched;
}
