import { RecentKeys } from '@orrery/collectors/store/recent-keys';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { noId } from './span-sql.ts';
import { originsOf } from './span-pairs.ts';
import { reachSeconds, type SpanRange } from './span-range.ts';

/** The span at the other end of a call or message that began more than `reachSeconds` before or after it. */
export interface DistantEnd {
  /** Unix seconds, start of its bucket. */
  readonly bucket: number;
  /** The same for the same span. */
  readonly key: string;
}

/** How far clocks may be apart, or a call may wait on its way, for its two ends to be found. */
const distantSeconds = 600;
/** How long a message may lie in its topic for its producer's span to be found. */
const queueSeconds = 3_600;
const most = 20_000;

const remembered = 50_000;

/** Tells buckets of distant ends once for each end: two buckets that find each other would be computed for ever. */
export function createToldEnds(): (tenant: string, ends: readonly DistantEnd[]) => readonly number[] {
  const told = new RecentKeys<true>(remembered);
  return (tenant, ends) => {
    const fresh = ends.filter(({ key }) => told.get(`${tenant}\0${key}`) === undefined);
    for (const { key } of fresh) told.set(`${tenant}\0${key}`, true);
    return [...new Set(fresh.map(({ bucket }) => bucket))];
  };
}

/**
 * The distant ends of what is open among the subjects of a range, after a look nearby: clients that nobody was served for,
 * servers whose caller is not there, messages without a sender. Traces are looked through by their ids alone, which takes
 * little, but takes it of all spans of that time: it is asked once for each bucket, when the others had time to arrive.
 */
export async function distantEnds(store: Pick<Store, 'query'>, range: SpanRange, messages: boolean): Promise<readonly DistantEnd[]> {
  const near = range.between(-reachSeconds, reachSeconds);
  // Whose id it is (1 a client's, 2 a server's, 3 another's), whose caller has it (4), whose message came from it (5).
  const ends = sql`arrayConcat([(trace_id, span_id, toUInt8(multiIf(kind = 2, 2, kind = 3 AND db_system = '' AND messaging_destination = '', 1, 3)))],
    if(kind = 2 AND parent_span_id != ${noId}, [(trace_id, parent_span_id, toUInt8(4))], []), if(own AND kind = 5, arrayMap(origin -> (origin.1, origin.2, toUInt8(5)), ${originsOf}), []))`;
  const open = sql`
    SELECT trace, id FROM (
      SELECT own, arrayJoin(ends) AS told, told.1 AS trace, told.2 AS id, told.3 AS role FROM (
        SELECT (${range.subjects}) AS own, ${ends} AS ends FROM spans WHERE ${near} AND trace_id IN (SELECT trace_id FROM spans WHERE ${range.subjects} AND kind IN (2, 3, 5))))
    GROUP BY trace, id
    HAVING (countIf(role = 1 AND own) > 0 AND countIf(role IN (2, 4)) = 0) OR (countIf(role < 4) = 0 AND id != ${noId} AND countIf(role = 5 OR (role = 4 AND own)) > 0)`;
  return (await store.query<DistantEnd>(sql`
    SELECT DISTINCT bucket, key FROM (
      SELECT toUnixTimestamp(start_bucket) AS bucket, toString(cityHash64(trace_id, span_id)) AS key, trace_id, arrayJoin(if(kind = 2, [span_id, parent_span_id], [span_id])) AS id FROM spans
      WHERE ${range.between(messages ? -queueSeconds : -distantSeconds, distantSeconds)} AND NOT (${near}) AND trace_id IN (SELECT trace FROM (${open})))
    WHERE (trace_id, id) IN (${open})
    LIMIT ${most}`, { name: 'distant ends of spans', timeoutMs: 20_000 })).map(({ bucket, key }) => ({ bucket: Number(bucket), key }));
}
