import { param, sql, type Sql } from '@orrery/collectors/store/sql';

/** Which spans a computation reads: those of some buckets of a tenant, and their counterparts around them. */
export interface SpanRange {
  readonly tenant: string;
  /** Spans of the buckets themselves. */
  readonly subjects: Sql;
  /** All spans from so many seconds before (below 0) the first bucket to so many after the start of the last. */
  between(fromSeconds: number, toSeconds: number): Sql;
  /** The same, and the buckets farther away in which counterparts were found. */
  near(fromSeconds: number, toSeconds: number): Sql;
}

/** How far away in time a counterpart is looked for at once: server and client of one call begin within seconds of each other. */
export const reachSeconds = 30;

/** @param distant buckets beyond `reachSeconds` that hold counterparts */
export function spanRange(tenant: string, buckets: readonly number[], distant: readonly number[] = []): SpanRange {
  const first = Math.min(...buckets), last = Math.max(...buckets);
  const within = (from: number, to: number): Sql => sql`start_bucket >= toDateTime(${first + from}) AND start_bucket <= toDateTime(${last + to})`;
  const ofTenant = sql`tenant = ${tenant}`;
  return {
    tenant,
    subjects: sql`${ofTenant} AND ${within(0, 0)} AND toUnixTimestamp(start_bucket) IN ${param('Array(Int64)', buckets)}`,
    between: (from, to) => sql`${ofTenant} AND ${within(from, to)}`,
    near: (from, to) => (distant.length === 0 ? sql`${ofTenant} AND ${within(from, to)}`
      : sql`${ofTenant} AND ((${within(from, to)}) OR start_bucket IN (SELECT toDateTime(arrayJoin(${param('Array(UInt32)', distant)}))))`),
  };
}
