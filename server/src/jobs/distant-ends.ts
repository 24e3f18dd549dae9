import { RecentKeys } from '@orrery/collectors/store/recent-keys';
import { sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { noId } from './span-sql.ts';
import { originsOf } from './span-pairs.ts';
import { reachSeconds, type SpanRange } from './span-range.ts';

/** A span at the other end of a call or message, in another bucket. */
export interface OtherEnd {
  /** Unix seconds, start of its bucket. */
  readonly bucket: number;
  /** The same for the same span, or the same message. */
  readonly key: string;
}

/** One whose bucket is more than `reachSeconds` away. */
export interface DistantEnd extends OtherEnd {
  /** Client and server have one id, as Zipkin's have. */
  readonly isHalf: boolean;
  /** What is known of its own bucket changes too: that of a message's sender does not. */
  readonly isMended: boolean;
}

/** How far clocks may be apart, or a call may wait on its way, for its two ends to be found. */
const distantSeconds = 600;
/** How long a message may lie in its topic for its producer's span to be found. */
const queueSeconds = 3_600;
const most = 20_000;

const remembered = 50_000;

/** Tells buckets of other ends once for each end: two buckets that find each other would be computed for ever. */
export function createToldEnds(): (tenant: string, ends: readonly OtherEnd[]) => readonly number[] {
  const told = new RecentKeys<true>(remembered);
  return (tenant, ends) => {
    const fresh = ends.filter(({ key }) => told.get(`${tenant}\0${key}`) === undefined);
    for (const { key } of fresh) told.set(`${tenant}\0${key}`, true);
    return [...new Set(fresh.map(({ bucket }) => bucket))];
  };
}

/** What a span at the other end has to be: any, a server, the client's half of a shared id, the sender of a message. */
const Sought = { any: 1, server: 2, half: 3, sender: 4 } as const;

/**
 * The distant ends of what is open among the subjects of a range, after a look nearby: servers whose caller is not there or whose
 * id no client has, messages without a sender, and all clients, for one that is served nearby may be served (again, or by two at
 * once) where a clock is off, too. Traces are looked through by their
 * ids alone, which takes little, but takes it of all spans of that time: it is asked once for each bucket, when the others had
 * time to arrive.
 */
export async function distantEnds(store: Pick<Store, 'query'>, range: SpanRange, messages: boolean): Promise<readonly DistantEnd[]> {
  const near = range.between(-reachSeconds, reachSeconds);
  // Whose id it is (1 a client's, 2 a server's, 3 another's), whose caller has it (4), whose message came from it (5).
  const ends = sql`arrayConcat([(trace_id, span_id, toUInt8(multiIf(kind = 2, 2, kind = 3 AND db_system = '' AND messaging_destination = '', 1, 3)))],
    if(kind = 2 AND parent_span_id != ${noId}, [(trace_id, parent_span_id, toUInt8(4))], []), if(own AND kind = 5, arrayMap(origin -> (origin.1, origin.2, toUInt8(5)), ${originsOf}), []))`;
  // Several buckets are read together, and what lies near one of them may be far from another: each end is held against its own.
  const none = (others: Sql, own: Sql): Sql => sql`countIf(${others}) = 0 OR minIf(bucket, ${others}) > minIf(bucket, ${own}) + ${reachSeconds} OR maxIf(bucket, ${others}) + ${reachSeconds} < maxIf(bucket, ${own})`;
  const open = sql`
    SELECT trace, id, multiIf(
        countIf(role = 1 AND own) > 0, ${Sought.server},
        countIf(role = 2 AND own) > 0, if(${none(sql`role = 1`, sql`role = 2 AND own`)}, ${Sought.half}, 0),
        id = ${noId}, 0,
        countIf(role = 4 AND own) > 0, if(${none(sql`role < 4`, sql`role = 4 AND own`)}, ${Sought.any}, 0),
        countIf(role = 5) > 0, if(countIf(role < 4) = 0, ${Sought.sender}, 0), 0) AS sought, minIf(bucket, own) AS first, maxIf(bucket, own) AS last
    FROM (
      SELECT own, bucket, arrayJoin(ends) AS told, told.1 AS trace, told.2 AS id, told.3 AS role FROM (
        SELECT (${range.subjects}) AS own, toUnixTimestamp(start_bucket) AS bucket, ${ends} AS ends FROM spans WHERE ${near} AND trace_id IN (SELECT trace_id FROM spans WHERE ${range.subjects} AND kind IN (2, 3, 5))))
    GROUP BY trace, id HAVING sought > 0`;
  const rows = await store.query<{ bucket: number; key: string; half: number; mended: number }>(sql`
    SELECT bucket, key, max(isServer AND isOwn AND sought = ${Sought.server} OR sought = ${Sought.half}) AS half, max(sought != ${Sought.sender}) AS mended
    FROM (
      SELECT toUnixTimestamp(start_bucket) AS bucket, toString(cityHash64(trace_id, span_id, kind)) AS key, trace_id, kind = 2 AS isServer, kind = 3 AS isClient, arrayJoin(if(isServer, [(span_id, 1), (parent_span_id, 0)], [(span_id, 1)])) AS told, told.1 AS id, told.2 AS isOwn
      FROM spans WHERE ${range.between(messages ? -queueSeconds : -distantSeconds, distantSeconds)} AND trace_id IN (SELECT trace FROM (${open}))
    ) AS ends INNER JOIN (${open}) AS open ON ends.trace_id = open.trace AND ends.id = open.id
    WHERE multiIf(sought = ${Sought.server}, isServer, sought = ${Sought.half}, isClient, isOwn = 1) AND (bucket > first + ${reachSeconds} OR bucket + ${reachSeconds} < last)
    GROUP BY bucket, key LIMIT ${most}`, { name: 'distant ends of spans', timeoutMs: 20_000 });
  return rows.map(({ bucket, key, half, mended }) => ({ bucket: Number(bucket), key, isHalf: Boolean(half), isMended: Boolean(mended) }));
}

/**
 * The receivers, in other buckets, of messages that subjects of a range sent: they may have been counted before their sender was
 * there, by parent or by link from any trace. As early as clocks may be apart, as late as messages may lie.
 */
export async function receiversElsewhere(store: Pick<Store, 'query'>, range: SpanRange): Promise<readonly OtherEnd[]> {
  const rows = await store.query<OtherEnd>(sql`
    SELECT DISTINCT bucket, toString(cityHash64(trace_id, span_id, origin)) AS key
    FROM (SELECT toUnixTimestamp(start_bucket) AS bucket, trace_id, span_id, arrayJoin(${originsOf}) AS origin FROM spans PREWHERE kind = 5 WHERE ${range.between(-distantSeconds, queueSeconds)} AND NOT (${range.subjects}))
    WHERE (origin.1, origin.2) IN (SELECT trace_id, span_id FROM spans WHERE ${range.subjects} AND (kind = 4 OR (kind = 3 AND messaging_destination != '')))
    LIMIT ${most}`, { name: 'receivers of messages', timeoutMs: 20_000 });
  return rows.map(({ bucket, key }) => ({ bucket: Number(bucket), key }));
}
