import { randomBytes } from 'node:crypto';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { RecentKeys } from '@orrery/collectors/store/recent-keys';
import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { boundIndex, negativeBoundsNs } from './span-bounds.ts';

/** What a client span says of its peer, as far as it says it. */
export interface PeerAttributes {
  readonly peerService: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Only where there is neither a service nor an address. */
  readonly networkPeerAddress: string;
  readonly dbSystem: string;
  readonly dbNamespace: string;
  readonly messagingSystem: string;
  readonly messagingDestination: string;
  /** Of a proxy. */
  readonly upstreamCluster: string;
}

/** Who made spans, with the zone where it ran: only where groups were asked to tell zones apart. */
export type SpanEntity = Entity & { readonly zone?: string };

/** Equal spans of one bucket, counted by the store. */
export interface SpanGroup {
  readonly bucket: number;
  /** OTLP span kind: 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly entity: SpanEntity;
  /** The other end where its span is there too: the caller of a server, the server of a client. */
  readonly peer: SpanEntity | null;
  /** Who made spans below a client's where the server's own span is missing; null where nobody else did. */
  readonly descendant: SpanEntity | null;
  /** True for a server span that names no parent. */
  readonly isRoot: boolean;
  /** What the client says: of itself, or of the caller of a server. */
  readonly attributes: PeerAttributes;
  readonly isMirror: boolean;
  readonly isHttp: boolean;
  readonly httpStatus: number;
  /** -1 if none. */
  readonly grpcStatus: number;
  readonly failed: boolean;
  /** The server's span of a client failed too. */
  readonly peerFailed: boolean;
  /** Ended so lately that its counterpart may still be on its way. */
  readonly young: boolean;
  /** Index into `spanLayout`; -1 where it is not known how long it took. */
  readonly latencyIndex: number;
  /** Of a proxy: response flags as Envoy writes them, `''` for none. */
  readonly flags: string;
  /** Of a proxy that passed requests on: how often it tried; 0 where spans do not tell. */
  readonly attempts: number;
  /** Of receivers: messages, not batches. */
  readonly count: number;
  readonly durationNs: number;
  readonly weight: number;
  /** Bytes of request and response bodies, sampling corrected; 0 where spans do not tell. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Route, method or operation; `''` where groups were not asked to tell them apart. */
  readonly operation: string;
}

interface GroupColumns {
  readonly bucket: number[]; readonly kind: number[]; readonly entity: string[]; readonly peer: string[]; readonly attributes: string[];
  readonly found: number[]; readonly root: number[]; readonly mirror: number[]; readonly http: number[]; readonly httpStatus: number[]; readonly grpcStatus: number[];
  readonly failed: number[]; readonly peerFailed: number[]; readonly young: number[]; readonly bound: number[]; readonly timed: number[];
  readonly descendant: string[]; readonly flags: string[]; readonly attempts: number[];
  readonly count: number[]; readonly durationNs: number[]; readonly weight: number[]; readonly bytesSent: number[]; readonly bytesReceived: number[];
  readonly operation: string[];
}

/** How far away in time a counterpart is looked for: server and client of one call begin within seconds of each other. */
export const reachSeconds = 30;
/** How long a message may lie in its topic for its producer's span to be found. */
const queueSeconds = 3_600;
/** Messages of one span that are followed to their producers. */
const maxLinks = 128;
const remembered = 50_000;
const timeoutMs = 20_000;

/** Reads the spans of dirty buckets, paired with their counterparts and grouped; texts travel once, by their hash. */
export interface SpanGroups {
  /** @param youngSinceNs spans that ended after it are young, Unix ns */
  read(tenant: string, buckets: readonly number[], youngSinceNs: bigint): Promise<SpanGroup[]>;
}

/**
 * By the conventions for span names, which keep them few: `{method} {route}` of HTTP, where the route is known, and the
 * span's own name of everything else (`shop.Orders/Place`, `SELECT orders`, `send orders`).
 */
const operationOf = sql`multiIf(http_method != '' AND route != '', concat(http_method, ' ', route), http_method != '', toString(http_method), toString(name))`;

const zoneOf = sql`resource_attributes['cloud.availability_zone']`;

/** Attributes that tell the size of a body: by today's conventions, by those before, and Envoy's. */
const sizeAttributes = {
  request: ['http.request.body.size', 'http.request_content_length', 'request_size'],
  response: ['http.response.body.size', 'http.response_content_length', 'response_size'],
} as const;
/** Beyond it a size is not one: an exabyte. */
const largestSize = 1e18;

function sizeOf(body: keyof typeof sizeAttributes): Sql {
  const told = sizeAttributes[body].map((name) => sql`attributes[${name}]`), [first, ...rest] = told;
  const text = rest.reduceRight((otherwise, one) => sql`if(${one} != '', ${one}, ${otherwise})`, sql`''`);
  return sql`toFloat64(least(toUInt64OrZero(if(${first!} != '', ${first!}, ${text})), ${param('UInt64', BigInt(largestSize))}))`;
}

/**
 * @param operations whether spans of different operations are grouped apart
 * @param zones whether entities in different zones are grouped apart
 */
export function createSpanGroups(store: Pick<Store, 'query' | 'queryColumns'>, operations = false, zones = false): SpanGroups {
  // Four times as cheap as SipHash, which took most of the time. The secret keeps senders from choosing names that collide.
  const secret = randomBytes(16).toString('hex');
  const entities = new RecentKeys<SpanEntity>(remembered);
  const attributes = new RecentKeys<PeerAttributes>(remembered);

  const entityHash = sql`cityHash64(${secret}, cluster, namespace, entity_kind, entity_name, app, version${zones ? sql`, ${zoneOf}` : sql``})`;
  const networkPeer = sql`if(server_address = '' AND peer_service = '', network_peer_address, '')`;
  const attributesHash = sql`cityHash64(${secret}, peer_service, server_address, server_port, ${networkPeer}, db_system, db_namespace, messaging_system, messaging_destination, upstream_cluster)`;

  async function loadNames(range: Sql, missingEntities: readonly string[], missingAttributes: readonly string[]): Promise<void> {
    if (missingEntities.length > 0) {
      const rows = await store.query<{ hash: string } & SpanEntity>(sql`
        SELECT toString(${entityHash}) AS hash, cluster, namespace, entity_kind AS kind, entity_name AS name, app, version${zones ? sql`, ${zoneOf} AS zone` : sql``}
        FROM spans WHERE ${range} AND ${entityHash} IN ${param('Array(UInt64)', missingEntities.map(BigInt))} LIMIT 1 BY hash`, { name: 'span entities', timeoutMs });
      for (const { hash, ...entity } of rows) entities.set(hash, knownKind(entity));
    }
    if (missingAttributes.length > 0) {
      const rows = await store.query<{ hash: string } & PeerAttributes>(sql`
        SELECT toString(${attributesHash}) AS hash, peer_service AS peerService, server_address AS serverAddress, server_port AS serverPort,
          ${networkPeer} AS networkPeerAddress, db_system AS dbSystem, db_namespace AS dbNamespace,
          messaging_system AS messagingSystem, messaging_destination AS messagingDestination, upstream_cluster AS upstreamCluster
        FROM spans WHERE ${range} AND ${attributesHash} IN ${param('Array(UInt64)', missingAttributes.map(BigInt))} LIMIT 1 BY hash`, { name: 'span peers', timeoutMs });
      for (const { hash, ...peer } of rows) attributes.set(hash, peer);
    }
  }

  return {
    async read(tenant, buckets, youngSinceNs) {
      const first = Math.min(...buckets), last = Math.max(...buckets);
      const between = (from: number, to: number): Sql => sql`tenant = ${tenant} AND start_bucket >= toDateTime(${from}) AND start_bucket <= toDateTime(${to})`;
      const bucketOf = sql`toUnixTimestamp(start_bucket)`;
      const subjects = sql`${between(first, last + 9)} AND ${bucketOf} IN ${param('Array(Int64)', buckets)}`;
      const range = between(first - reachSeconds, last + reachSeconds);
      const present = await whatIsThere(between(first - 10, last + 19));

      const isFailure = sql`if(grpc_status >= 0, grpc_status != 0, if(http_status > 0, http_status >= 500 OR (status = 2 AND http_status < 400), status = 2))`;
      // Attributes are a wide column, and proxies alone have flags.
      const flagsOf = present.proxies ? sql`if(is_proxy AND attributes['response_flags'] != '-', attributes['response_flags'], '')` : sql`''`;
      const own = sql`trace_id, span_id, parent_span_id, kind, app, entity_kind, is_proxy, upstream_cluster, name, http_method != '' OR http_status > 0 AS http, http_status, grpc_status,
        ${isFailure} AS failed, ${bucketOf} AS bucket, ${entityHash} AS entity, ${attributesHash} AS peers, duration_ns, sample_weight, ${operations ? operationOf : sql`''`} AS operation, ${flagsOf} AS flags,
        ${present.sizes ? sizeOf('request') : sql`0`} AS sent, ${present.sizes ? sizeOf('response') : sql`0`} AS received,
        toUnixTimestamp64Nano(start) AS started, toUnixTimestamp64Nano(start) + duration_ns > ${youngSinceNs} AS young`;
      const boundOf = (duration: Sql): Sql => sql`roundDown(-toInt64(${duration}), ${param('Array(Int64)', negativeBoundsNs)})`;
      const dimensions = sql`bucket, kind, entity, peer, descendant, attributes, found, root, mirror, http, http_status, grpc_status, failed, peerFailed, young, bound, timed, operation, flags`;
      // Hashes do not fit a JSON number; they become text after the grouping, which is quicker by numbers.
      const grouped = (rows: Sql): Sql => sql`
        SELECT bucket, kind, toString(g.entity) AS entity, toString(g.peer) AS peer, toString(g.descendant) AS descendant, toString(g.attributes) AS attributes, found, root, mirror, http,
          http_status AS httpStatus, grpc_status AS grpcStatus, failed, peerFailed, young, bound, timed, operation, flags, n AS count, ns AS durationNs, weight, tries AS attempts, up AS bytesSent, down AS bytesReceived
        FROM (SELECT ${dimensions}, count() AS n, sum(duration_ns) AS ns, sum(sample_weight) AS weight, sum(attempts) AS tries, sum(sent * sample_weight) AS up, sum(received * sample_weight) AS down FROM (${rows}) GROUP BY ${dimensions}) AS g`;

      // What a proxy sends on. A sidecar's outbound listener makes a SERVER span although nobody calls the app there.
      const passesOn = sql`kind = 2 AND is_proxy AND startsWith(upstream_cluster, 'outbound') AND entity_kind != 'waypoint'`;
      const isOutboundListener = sql`is_proxy AND startsWith(upstream_cluster, 'outbound') AND entity_kind NOT IN ('gateway', 'waypoint')`;
      // Zipkin's client and server have one span id: the server's caller is then the client's half of its own id.
      const isShared = (kind: 2 | 3, other: 2 | 3): Sql => present.shared
        ? sql`kind = ${kind} AND (trace_id, span_id) IN (SELECT trace_id, span_id FROM spans WHERE ${range} AND kind = ${other})` : sql`0`;
      const sharedServer = isShared(2, 3);

      // A proxy beside an app makes spans of the same app: they are folded, unless the call really leaves by the one proxy and comes in by the other.
      const servers = grouped(sql`
          SELECT s.bucket AS bucket, s.kind AS kind, s.entity AS entity, p.entity AS peer, 0 AS descendant, p.attributes AS attributes,
            p.found AS found, s.parent_span_id = unhex('0000000000000000') AS root, p.mirror AS mirror, s.http AS http, s.http_status AS http_status, s.grpc_status AS grpc_status,
            s.failed AS failed, 0 AS peerFailed, s.young AS young, ${boundOf(sql`s.duration_ns`)} AS bound, 1 AS timed, s.duration_ns AS duration_ns, s.sample_weight AS sample_weight, s.operation AS operation,
            s.flags AS flags, 0 AS attempts, s.sent AS sent, s.received AS received
          FROM (SELECT ${own}, ${sharedServer} AS shared, if(shared, span_id, parent_span_id) AS caller FROM spans WHERE ${subjects} AND kind = 2 LIMIT 1 BY trace_id, span_id, kind, app) AS s
          LEFT ANY JOIN (
            SELECT trace_id, span_id, ${isShared(3, 2)} AS half, kind, app, is_proxy, startsWith(upstream_cluster, 'outbound') AS outbound, is_proxy AND name = 'mirror' AS mirror, ${entityHash} AS entity, ${attributesHash} AS attributes, 1 AS found
            FROM spans WHERE ${between(first - reachSeconds, last + 9)} AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND kind = 2)
          ) AS p ON s.trace_id = p.trace_id AND s.caller = p.span_id AND s.shared = p.half
          WHERE NOT (
            (s.is_proxy AND startsWith(s.upstream_cluster, 'outbound') AND s.entity_kind NOT IN ('gateway', 'waypoint'))
            OR (p.found AND p.app = s.app AND (p.kind NOT IN (3, 4) OR ((s.is_proxy OR p.is_proxy) AND NOT (s.is_proxy AND p.is_proxy AND p.kind = 3 AND p.outbound)))))
      `);
      // The first of several is the earliest, a shared one before all; as one number, because tuples are compared ten times as slowly.
      const place = (shared: Sql): Sql => sql`bitShiftLeft(toUInt128(toUInt64(toUnixTimestamp64Nano(start)) + if(${shared}, 0, bitShiftLeft(toUInt64(1), 63))), 64) + reinterpretAsUInt64(span_id)`;
      const servedBelow = (traces: Sql): Sql => sql`
            SELECT trace_id, caller, argMinIf(entity, place, server) AS first, argMinIf(failed, place, server) AS firstFailed, countIf(server) AS servers, ${present.proxies ? sql`minIf(app, is_proxy)` : sql`''`} AS proxy,
              argMinIf(entity, place, isClient) AS below, argMinIf(appHash, place, isClient) AS belowApp
            FROM (
              SELECT trace_id, kind, ${sharedServer} AS shared, if(shared, span_id, parent_span_id) AS caller, app, cityHash64(app) AS appHash, is_proxy, ${entityHash} AS entity, ${isFailure} AS failed,
                kind = 2 AND NOT (${isOutboundListener}) AS server, kind = 3 AND NOT is_proxy AS isClient, ${place(sql`shared`)} AS place
              FROM spans WHERE ${between(first, last + reachSeconds)} AND kind IN (2, 3) AND ${present.shared ? sql`1` : sql`parent_span_id != unhex('0000000000000000')`}
                AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND ${traces})
            ) ${present.shared ? sql`WHERE caller != unhex('0000000000000000')` : sql``} GROUP BY trace_id, caller`;
      // Where the proxy's own span of a request is there, its CLIENT spans are the attempts of that one request.
      const isAttempt = present.proxies ? sql`is_proxy AND name != 'mirror' AND (trace_id, parent_span_id) IN (SELECT trace_id, span_id FROM spans WHERE ${range} AND ${passesOn})` : sql`0`;
      const clients = grouped(sql`
          SELECT c.bucket AS bucket, c.kind AS kind, c.entity AS entity, s.first AS peer, if(s.belowApp != cityHash64(c.app), s.below, 0) AS descendant, c.peers AS attributes,
            s.servers > 0 AS found, 0 AS root, c.is_proxy AND c.name = 'mirror' AS mirror, c.http AS http, c.http_status AS http_status, c.grpc_status AS grpc_status,
            c.failed AS failed, s.firstFailed AS peerFailed, c.young AS young, ${boundOf(sql`c.duration_ns`)} AS bound, 1 AS timed, c.duration_ns AS duration_ns, c.sample_weight AS sample_weight, c.operation AS operation,
            c.flags AS flags, 0 AS attempts, c.sent AS sent, c.received AS received
          FROM (SELECT ${own} FROM spans WHERE ${subjects} AND kind IN (3, 4) AND NOT (${isAttempt}) LIMIT 1 BY trace_id, span_id, kind, app) AS c
          LEFT ANY JOIN (${servedBelow(sql`kind IN (3, 4)`)}) AS s ON c.trace_id = s.trace_id AND c.span_id = s.caller
          WHERE NOT (c.is_proxy AND startsWith(c.upstream_cluster, 'inbound')) AND NOT (NOT c.is_proxy AND c.app != '' AND s.proxy = c.app)
      `);
      // What the proxy answered its app: flags and codes of requests, also of those that it never sent on (UH, UO, RL, FI).
      const passed = grouped(sql`
          SELECT q.bucket AS bucket, 3 AS kind, q.entity AS entity, a.last.1 AS peer, 0 AS descendant, q.peers AS attributes,
            a.last.3 AS found, 0 AS root, 0 AS mirror, q.http AS http, q.http_status AS http_status, q.grpc_status AS grpc_status,
            q.failed AS failed, a.last.2 AS peerFailed, q.young AS young, ${boundOf(sql`q.duration_ns`)} AS bound, 1 AS timed, q.duration_ns AS duration_ns, q.sample_weight AS sample_weight, q.operation AS operation,
            q.flags AS flags, a.tried AS attempts, q.sent AS sent, q.received AS received
          FROM (SELECT ${own} FROM spans WHERE ${subjects} AND ${passesOn} LIMIT 1 BY trace_id, span_id, kind, app) AS q
          LEFT ANY JOIN (
            SELECT t.trace_id AS trace_id, t.parent_span_id AS parent_span_id, count() AS tried, argMax((s.first, s.firstFailed, s.servers > 0), (s.servers > 0, t.start, t.span_id)) AS last
            FROM (
              SELECT trace_id, span_id, parent_span_id, start FROM spans
              WHERE ${between(first, last + reachSeconds)} AND kind = 3 AND is_proxy AND name != 'mirror' AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND ${passesOn}) LIMIT 1 BY trace_id, span_id
            ) AS t LEFT ANY JOIN (${servedBelow(passesOn)}) AS s ON t.trace_id = s.trace_id AND t.span_id = s.caller
            GROUP BY trace_id, parent_span_id
          ) AS a ON q.trace_id = a.trace_id AND q.span_id = a.parent_span_id
      `);
      // One row a message. Its time in the topic goes from its sending to its receipt; producers are found by link or parent, however long ago within an hour.
      const receivers = sql`SELECT ${own}, arraySlice(if(empty(links), [(trace_id, parent_span_id)], arrayDistinct(links)), 1, ${maxLinks}) AS origins FROM spans WHERE ${subjects} AND kind = 5
            AND (trace_id, span_id, app) NOT IN (SELECT trace_id, parent_span_id, app FROM spans WHERE ${range} AND kind = 5) LIMIT 1 BY trace_id, span_id, kind, app`;
      const consumers = grouped(sql`
          SELECT k.bucket AS bucket, 5 AS kind, k.entity AS entity, 0 AS peer, 0 AS descendant, if(k.named, k.peers, p.attributes) AS attributes, p.found AS found, 0 AS root, 0 AS mirror, k.http AS http, k.http_status AS http_status,
            k.grpc_status AS grpc_status, k.failed AS failed, 0 AS peerFailed, k.young AS young, ${boundOf(sql`duration_ns`)} AS bound, p.found AS timed, if(p.found, greatest(0, k.started - p.started), 0) AS duration_ns,
            k.sample_weight AS sample_weight, k.operation AS operation, '' AS flags, 0 AS attempts, 0 AS sent, 0 AS received
          FROM (SELECT *, peers IN (SELECT ${attributesHash} FROM spans WHERE ${subjects} AND kind = 5 AND messaging_destination != '') AS named, arrayJoin(origins) AS origin, origin.1 AS origin_trace, origin.2 AS origin_span FROM (${receivers})) AS k
          LEFT ANY JOIN (
            SELECT trace_id, span_id, toUnixTimestamp64Nano(start) AS started, ${attributesHash} AS attributes, 1 AS found FROM spans
            WHERE ${between(first - queueSeconds, last + 9)} AND kind IN (3, 4) AND trace_id IN (SELECT arrayJoin(origins).1 FROM (${receivers}))
          ) AS p ON k.origin_trace = p.trace_id AND k.origin_span = p.span_id
      `);

      const queries: readonly (readonly [string, Sql])[] = [
        ['group server spans', servers], ['group client spans', clients],
        ...(present.proxies ? [['group spans of proxies', passed] as const] : []),
        ...(present.consumers ? [['group consumer spans', consumers] as const] : []),
      ];
      const read = await Promise.all(queries.map(([name, query]) => store.queryColumns(query, { name, timeoutMs }))) as unknown as GroupColumns[];
      const missing = (known: RecentKeys<unknown>, hashes: readonly string[]): string[] => [...new Set(hashes)].filter((hash) => hash !== '0' && known.get(hash) === undefined);
      const named = sql`${between(first - (present.consumers ? queueSeconds : reachSeconds), last + reachSeconds)}`;
      await loadNames(named, missing(entities, read.flatMap(({ entity, peer, descendant }) => [...entity, ...peer, ...descendant])), missing(attributes, read.flatMap((columns) => columns.attributes)));
      return read.flatMap((columns) => groupsOf(columns, (hash) => entities.get(hash), (hash) => attributes.get(hash) ?? noAttributes));
    },
  };

  /** What some spans need that most do not: questions that nobody needs are not asked. */
  async function whatIsThere(range: Sql): Promise<{ readonly proxies: boolean; readonly consumers: boolean; readonly shared: boolean; readonly sizes: boolean }> {
    const [row] = await store.query<{ proxies: number; consumers: number; shared: number; sizes: number }>(sql`
      SELECT toUInt8(max(is_proxy)) AS proxies, max(hasAny(attributes.keys, ${param('Array(String)', Object.values(sizeAttributes).flat())})) AS sizes, max(kind = 5) AS consumers,
        max(kind = 2 AND cityHash64(trace_id, span_id) IN (SELECT cityHash64(trace_id, span_id) FROM spans WHERE ${range} AND kind = 3)) AS shared
      FROM spans WHERE ${range}`, { name: 'sorts of spans', timeoutMs });
    return { proxies: Boolean(row?.proxies), consumers: Boolean(row?.consumers), shared: Boolean(row?.shared), sizes: Boolean(row?.sizes) };
  }
}

const noAttributes: PeerAttributes = {
  peerService: '', serverAddress: '', serverPort: 0, networkPeerAddress: '', dbSystem: '', dbNamespace: '', messagingSystem: '', messagingDestination: '', upstreamCluster: '',
};

function groupsOf(c: GroupColumns, entityOf: (hash: string) => SpanEntity | undefined, attributesOf: (hash: string) => PeerAttributes): SpanGroup[] {
  const groups: SpanGroup[] = [];
  for (let i = 0; i < c.bucket.length; i++) {
    const entity = entityOf(c.entity[i]!);
    if (!entity) continue;
    groups.push({
      bucket: c.bucket[i]!, kind: c.kind[i]!, entity,
      peer: c.found[i] ? entityOf(c.peer[i]!) ?? null : null,
      descendant: entityOf(c.descendant[i]!) ?? null,
      isRoot: Boolean(c.root[i]), attributes: attributesOf(c.attributes[i]!), isMirror: Boolean(c.mirror[i]), isHttp: Boolean(c.http[i]),
      httpStatus: c.httpStatus[i]!, grpcStatus: c.grpcStatus[i]!, failed: Boolean(c.failed[i]), peerFailed: Boolean(c.peerFailed[i]), young: Boolean(c.young[i]),
      latencyIndex: c.timed[i] ? boundIndex(c.bound[i]!) : -1, flags: c.flags[i]!, attempts: c.attempts[i]!,
      count: c.count[i]!, durationNs: c.durationNs[i]!, weight: c.weight[i]!, bytesSent: c.bytesSent[i]!, bytesReceived: c.bytesReceived[i]!, operation: c.operation[i]!,
    });
  }
  return groups;
}

const kinds: ReadonlySet<string> = new Set(Object.values(EntityKind));

function knownKind(entity: SpanEntity): SpanEntity {
  return kinds.has(entity.kind) ? entity : { ...entity, kind: EntityKind.unknown };
}
