import { sql, type Sql } from '@orrery/collectors/store/sql';
import type { SortsOfSpans } from './sorts-of-spans.ts';
import type { SpanNames } from './span-names.ts';
import { reachSeconds, type SpanRange } from './span-range.ts';
import { boundOf, isFailure, isOutboundListener, noId, operationOf, passesOn, placeOf, sizeOf } from './span-sql.ts';

/** What the spans of a range are asked. */
export interface PairQuestion {
  readonly range: SpanRange;
  readonly sorts: SortsOfSpans;
  readonly names: Pick<SpanNames, 'entityHash' | 'attributesHash'>;
  /** Spans that ended after it are young, Unix ns. */
  readonly youngSinceNs: bigint;
  /** Whether spans of different operations are grouped apart. */
  readonly operations: boolean;
}

/** Messages of one span that are followed to their producers. */
const maxLinks = 128;

/** Where the messages of a receiver come from: links, else the parent; [(trace, span), …]. */
export const originsOf = sql`arraySlice(if(empty(links), [(trace_id, parent_span_id)], arrayDistinct(links)), 1, ${maxLinks})`;
/** True where a counterpart is farther away than its bucket, computed alone, would be looked through for it. */
const isFar = (bucket: Sql, own: Sql): Sql => sql`abs(toInt64(${bucket}) - toInt64(${own})) > ${reachSeconds}`;
/** Whoever names itself its own parent has none. */
const callerOf = sql`if(parent_span_id = span_id, ${noId}, parent_span_id)`;

/**
 * The queries that pair spans with their counterparts and count equal ones, by name; their columns are `GroupColumns`.
 * Spans of a bucket that have all of their key in common are one: resent, or of a sender that doubles its ids.
 */
export function pairQueries({ range, sorts, names, youngSinceNs, operations }: PairQuestion): readonly (readonly [name: string, query: Sql])[] {
  const { subjects } = range, { entityHash, attributesHash } = names;
  const around = range.near(-reachSeconds, reachSeconds);
  // Attributes are a wide column, and proxies alone have flags.
  const flagsOf = sorts.proxies ? sql`if(is_proxy AND attributes['response_flags'] != '-', attributes['response_flags'], '')` : sql`''`;
  const own = sql`trace_id, span_id, parent_span_id, kind, app, entity_kind, is_proxy, upstream_cluster, name, http_method != '' OR http_status > 0 AS http, http_status, grpc_status,
    ${isFailure} AS failed, toUnixTimestamp(start_bucket) AS bucket, ${entityHash} AS entity, ${attributesHash} AS peers, duration_ns, sample_weight, ${operations ? operationOf : sql`''`} AS operation, ${flagsOf} AS flags,
    ${sorts.sizes ? sizeOf('request') : sql`0`} AS sent, ${sorts.sizes ? sizeOf('response') : sql`0`} AS received,
    toUnixTimestamp64Nano(start) AS started, toUnixTimestamp64Nano(start) + duration_ns > ${youngSinceNs} AS young`;
  const dimensions = sql`bucket, kind, entity, peer, descendant, attributes, found, far, root, mirror, http, http_status, grpc_status, failed, peerFailed, young, bound, timed, operation, flags`;
  // Hashes do not fit a JSON number; they become text after the grouping, which is quicker by numbers.
  const grouped = (rows: Sql): Sql => sql`
    SELECT bucket, kind, toString(g.entity) AS entity, toString(g.peer) AS peer, toString(g.descendant) AS descendant, toString(g.attributes) AS attributes, found, far, root, mirror, http,
      http_status AS httpStatus, grpc_status AS grpcStatus, failed, peerFailed, young, bound, timed, operation, flags, n AS count, ns AS durationNs, weight, tries AS attempts, up AS bytesSent, down AS bytesReceived
    FROM (SELECT ${dimensions}, count() AS n, sum(duration_ns) AS ns, sum(sample_weight) AS weight, sum(attempts) AS tries, sum(sent * sample_weight) AS up, sum(received * sample_weight) AS down FROM (${rows}) GROUP BY ${dimensions}) AS g`;

  // Zipkin's client and server have one span id: the server's caller is then the client's half of its own id.
  const isShared = (kind: 2 | 3, other: 2 | 3): Sql => sorts.shared
    ? sql`kind = ${kind} AND (trace_id, span_id) IN (SELECT trace_id, span_id FROM spans WHERE ${around} AND kind = ${other})` : sql`0`;
  const sharedServer = isShared(2, 3);

  // A proxy beside an app makes spans of the same app: they are folded, unless the call really leaves by the one proxy and comes in by the other.
  const servers = grouped(sql`
      SELECT s.bucket AS bucket, s.kind AS kind, s.entity AS entity, p.entity AS peer, 0 AS descendant, p.attributes AS attributes,
        p.found AND NOT circle AS found, found AND ${isFar(sql`p.bucket`, sql`s.bucket`)} AS far, s.caller = ${noId} AS root, p.mirror AS mirror, s.http AS http, s.http_status AS http_status, s.grpc_status AS grpc_status,
        s.failed AS failed, 0 AS peerFailed, s.young AS young, ${boundOf(sql`s.duration_ns`)} AS bound, 1 AS timed, s.duration_ns AS duration_ns, s.sample_weight AS sample_weight, s.operation AS operation,
        s.flags AS flags, 0 AS attempts, s.sent AS sent, s.received AS received, p.found AND p.kind = 2 AND p.caller = s.span_id AS circle
      FROM (SELECT ${own}, ${sharedServer} AS shared, if(shared, span_id, ${callerOf}) AS caller FROM spans WHERE ${subjects} AND kind = 2 LIMIT 1 BY start_bucket, trace_id, span_id, kind, app) AS s
      LEFT ANY JOIN (
        SELECT trace_id, span_id, ${callerOf} AS caller, ${isShared(3, 2)} AS half, kind, app, is_proxy, startsWith(upstream_cluster, 'outbound') AS outbound, is_proxy AND name = 'mirror' AS mirror, ${entityHash} AS entity, ${attributesHash} AS attributes, toUnixTimestamp(start_bucket) AS bucket, 1 AS found
        FROM spans WHERE ${around} AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND kind = 2)
      ) AS p ON s.trace_id = p.trace_id AND s.caller = p.span_id AND s.shared = p.half
      WHERE NOT (
        (s.is_proxy AND startsWith(s.upstream_cluster, 'outbound') AND s.entity_kind NOT IN ('gateway', 'waypoint'))
        OR (p.found AND NOT circle AND p.app = s.app AND (p.kind NOT IN (3, 4) OR ((s.is_proxy OR p.is_proxy) AND NOT (s.is_proxy AND p.is_proxy AND p.kind = 3 AND p.outbound)))))
  `);
  const servedBelow = (traces: Sql): Sql => sql`
        SELECT trace_id, caller, argMinIf(entity, place, server) AS first, argMinIf(failed, place, server) AS firstFailed, argMinIf(bucket, place, server) AS firstBucket, countIf(server) AS servers, ${sorts.proxies ? sql`minIf(app, is_proxy)` : sql`''`} AS proxy,
          argMinIf(entity, place, isClient) AS below, argMinIf(appHash, place, isClient) AS belowApp
        FROM (
          SELECT trace_id, kind, toUnixTimestamp(start_bucket) AS bucket, ${sharedServer} AS shared, if(shared, span_id, parent_span_id) AS caller, app, cityHash64(app) AS appHash, is_proxy, ${entityHash} AS entity, ${isFailure} AS failed,
            kind = 2 AND NOT (${isOutboundListener}) AS server, kind = 3 AND NOT is_proxy AS isClient, ${placeOf(sql`shared`)} AS place
          FROM spans WHERE ${around} AND kind IN (2, 3) AND ${sorts.shared ? sql`1` : sql`parent_span_id != ${noId}`}
            AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND ${traces})
        ) ${sorts.shared ? sql`WHERE caller != ${noId}` : sql``} GROUP BY trace_id, caller`;
  // Where the proxy's own span of a request is there, its CLIENT spans are the attempts of that one request.
  const isAttempt = sorts.proxies ? sql`is_proxy AND name != 'mirror' AND (trace_id, parent_span_id) IN (SELECT trace_id, span_id FROM spans WHERE ${around} AND ${passesOn})` : sql`0`;
  const clients = grouped(sql`
      SELECT c.bucket AS bucket, c.kind AS kind, c.entity AS entity, s.first AS peer, if(s.belowApp != cityHash64(c.app), s.below, 0) AS descendant, c.peers AS attributes,
        s.servers > 0 AS found, found AND ${isFar(sql`s.firstBucket`, sql`c.bucket`)} AS far, 0 AS root, c.is_proxy AND c.name = 'mirror' AS mirror, c.http AS http, c.http_status AS http_status, c.grpc_status AS grpc_status,
        c.failed AS failed, s.firstFailed AS peerFailed, c.young AS young, ${boundOf(sql`c.duration_ns`)} AS bound, 1 AS timed, c.duration_ns AS duration_ns, c.sample_weight AS sample_weight, c.operation AS operation,
        c.flags AS flags, 0 AS attempts, c.sent AS sent, c.received AS received
      FROM (SELECT ${own} FROM spans WHERE ${subjects} AND kind IN (3, 4) AND NOT (${isAttempt}) LIMIT 1 BY start_bucket, trace_id, span_id, kind, app) AS c
      LEFT ANY JOIN (${servedBelow(sql`kind IN (3, 4)`)}) AS s ON c.trace_id = s.trace_id AND c.span_id = s.caller
      WHERE NOT (c.is_proxy AND startsWith(c.upstream_cluster, 'inbound')) AND NOT (NOT c.is_proxy AND c.app != '' AND s.proxy = c.app)
  `);
  // What the proxy answered its app: flags and codes of requests, also of those that it never sent on (UH, UO, RL, FI).
  const passed = grouped(sql`
      SELECT q.bucket AS bucket, 3 AS kind, q.entity AS entity, a.last.1 AS peer, 0 AS descendant, q.peers AS attributes,
        a.last.3 AS found, found AND ${isFar(sql`a.last.4`, sql`q.bucket`)} AS far, 0 AS root, 0 AS mirror, q.http AS http, q.http_status AS http_status, q.grpc_status AS grpc_status,
        q.failed AS failed, a.last.2 AS peerFailed, q.young AS young, ${boundOf(sql`q.duration_ns`)} AS bound, 1 AS timed, q.duration_ns AS duration_ns, q.sample_weight AS sample_weight, q.operation AS operation,
        q.flags AS flags, a.tried AS attempts, q.sent AS sent, q.received AS received
      FROM (SELECT ${own} FROM spans WHERE ${subjects} AND ${passesOn} LIMIT 1 BY start_bucket, trace_id, span_id, kind, app) AS q
      LEFT ANY JOIN (
        SELECT t.trace_id AS trace_id, t.parent_span_id AS parent_span_id, count() AS tried, argMax((s.first, s.firstFailed, s.servers > 0, s.firstBucket), (s.servers > 0, t.start, t.span_id)) AS last
        FROM (
          SELECT trace_id, span_id, parent_span_id, start FROM spans
          WHERE ${around} AND kind = 3 AND is_proxy AND name != 'mirror' AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND ${passesOn}) LIMIT 1 BY trace_id, span_id
        ) AS t LEFT ANY JOIN (${servedBelow(passesOn)}) AS s ON t.trace_id = s.trace_id AND t.span_id = s.caller
        GROUP BY trace_id, parent_span_id
      ) AS a ON q.trace_id = a.trace_id AND q.span_id = a.parent_span_id
  `);
  // One row a message. Its time in the topic goes from its sending to its receipt; producers are found by link or parent.
  const receivers = sql`SELECT ${own}, messaging_destination != '' AS named, ${originsOf} AS origins FROM spans WHERE ${subjects} AND kind = 5
        AND (trace_id, span_id, app) NOT IN (SELECT trace_id, parent_span_id, app FROM spans WHERE ${around} AND kind = 5 AND parent_span_id != span_id) LIMIT 1 BY start_bucket, trace_id, span_id, kind, app`;
  const consumers = grouped(sql`
      SELECT k.bucket AS bucket, 5 AS kind, k.entity AS entity, 0 AS peer, 0 AS descendant, if(k.named, k.peers, p.attributes) AS attributes, p.found AS found, 0 AS far, 0 AS root, 0 AS mirror, k.http AS http, k.http_status AS http_status,
        k.grpc_status AS grpc_status, k.failed AS failed, 0 AS peerFailed, k.young AS young, ${boundOf(sql`duration_ns`)} AS bound, p.found AS timed, if(p.found, greatest(0, k.started - p.started), 0) AS duration_ns,
        k.sample_weight AS sample_weight, k.operation AS operation, '' AS flags, 0 AS attempts, 0 AS sent, 0 AS received
      FROM (SELECT *, arrayJoin(origins) AS origin, origin.1 AS origin_trace, origin.2 AS origin_span FROM (${receivers})) AS k
      LEFT ANY JOIN (
        SELECT trace_id, span_id, toUnixTimestamp64Nano(start) AS started, ${attributesHash} AS attributes, 1 AS found FROM spans
        WHERE ${around} AND kind IN (3, 4) AND trace_id IN (SELECT arrayJoin(${originsOf}).1 FROM spans WHERE ${subjects} AND kind = 5)
      ) AS p ON k.origin_trace = p.trace_id AND k.origin_span = p.span_id
  `);

  return [
    ['group server spans', servers], ['group client spans', clients],
    ...(sorts.proxies ? [['group spans of proxies', passed] as const] : []),
    ...(sorts.consumers ? [['group consumer spans', consumers] as const] : []),
  ];
}
