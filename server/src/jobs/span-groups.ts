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

/** Equal spans of one bucket, counted by the store. */
export interface SpanGroup {
  readonly bucket: number;
  /** OTLP span kind: 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly entity: Entity;
  /** The other end where its span is there too: the caller of a server, the server of a client. */
  readonly peer: Entity | null;
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
  /** Index into `spanLayout`. */
  readonly latencyIndex: number;
  readonly count: number;
  readonly durationNs: number;
  readonly weight: number;
  /** Route, method or operation; `''` where groups were not asked to tell them apart. */
  readonly operation: string;
}

interface GroupColumns {
  readonly bucket: number[]; readonly kind: number[]; readonly entity: string[]; readonly peer: string[]; readonly attributes: string[];
  readonly found: number[]; readonly root: number[]; readonly mirror: number[]; readonly http: number[]; readonly httpStatus: number[]; readonly grpcStatus: number[];
  readonly failed: number[]; readonly peerFailed: number[]; readonly young: number[]; readonly bound: number[];
  readonly count: number[]; readonly durationNs: number[]; readonly weight: number[];
  readonly operation: string[];
}

/** How far away in time a counterpart is looked for: server and client of one call begin within seconds of each other. */
export const reachSeconds = 30;
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

/** @param operations whether spans of different operations are grouped apart */
export function createSpanGroups(store: Pick<Store, 'query' | 'queryColumns'>, operations = false): SpanGroups {
  // Four times as cheap as SipHash, which took most of the time. The secret keeps senders from choosing names that collide.
  const secret = randomBytes(16).toString('hex');
  const entities = new RecentKeys<Entity>(remembered);
  const attributes = new RecentKeys<PeerAttributes>(remembered);

  const entityHash = sql`cityHash64(${secret}, cluster, namespace, entity_kind, entity_name, app, version)`;
  const networkPeer = sql`if(server_address = '' AND peer_service = '', network_peer_address, '')`;
  const attributesHash = sql`cityHash64(${secret}, peer_service, server_address, server_port, ${networkPeer}, db_system, db_namespace, messaging_system, messaging_destination, upstream_cluster)`;

  async function loadNames(range: Sql, missingEntities: readonly string[], missingAttributes: readonly string[]): Promise<void> {
    if (missingEntities.length > 0) {
      const rows = await store.query<{ hash: string } & Entity>(sql`
        SELECT toString(${entityHash}) AS hash, cluster, namespace, entity_kind AS kind, entity_name AS name, app, version
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

      const isFailure = sql`if(grpc_status >= 0, grpc_status != 0, if(http_status > 0, http_status >= 500 OR (status = 2 AND http_status < 400), status = 2))`;
      const own = sql`trace_id, span_id, parent_span_id, kind, app, entity_kind, is_proxy, upstream_cluster, name, http_method != '' OR http_status > 0 AS http, http_status, grpc_status,
        ${isFailure} AS failed, ${bucketOf} AS bucket, ${entityHash} AS entity, ${attributesHash} AS attributes, duration_ns, sample_weight, ${operations ? operationOf : sql`''`} AS operation,
        toUnixTimestamp64Nano(start) + duration_ns > ${youngSinceNs} AS young,
        roundDown(-toInt64(duration_ns), ${param('Array(Int64)', negativeBoundsNs)}) AS bound`;
      const dimensions = sql`bucket, kind, entity, peer, attributes, found, root, mirror, http, http_status, grpc_status, failed, peerFailed, young, bound, operation`;
      // Hashes do not fit a JSON number; they become text after the grouping, which is quicker by numbers.
      const grouped = (rows: Sql): Sql => sql`
        SELECT bucket, kind, toString(g.entity) AS entity, toString(g.peer) AS peer, toString(g.attributes) AS attributes, found, root, mirror, http,
          http_status AS httpStatus, grpc_status AS grpcStatus, failed, peerFailed, young, bound, operation, n AS count, ns AS durationNs, weight
        FROM (SELECT ${dimensions}, count() AS n, sum(duration_ns) AS ns, sum(sample_weight) AS weight FROM (${rows}) GROUP BY ${dimensions}) AS g`;

      // A proxy beside an app makes spans of the same app: they are folded, unless the call really leaves by the one proxy and comes in by the other.
      const servers = grouped(sql`
          SELECT s.bucket AS bucket, s.kind AS kind, s.entity AS entity, p.entity AS peer, if(s.kind = 5, s.attributes, p.attributes) AS attributes,
            p.found AS found, s.parent_span_id = unhex('0000000000000000') AS root, p.mirror AS mirror, s.http AS http, s.http_status AS http_status, s.grpc_status AS grpc_status,
            s.failed AS failed, 0 AS peerFailed, s.young AS young, s.bound AS bound, s.duration_ns AS duration_ns, s.sample_weight AS sample_weight, s.operation AS operation
          FROM (SELECT ${own} FROM spans WHERE ${subjects} AND kind IN (2, 5) LIMIT 1 BY trace_id, span_id, kind, app) AS s
          LEFT ANY JOIN (
            SELECT trace_id, span_id, kind, app, is_proxy, startsWith(upstream_cluster, 'outbound') AS outbound, is_proxy AND name = 'mirror' AS mirror, ${entityHash} AS entity, ${attributesHash} AS attributes, 1 AS found
            FROM spans WHERE ${between(first - reachSeconds, last + 9)} AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND kind = 2)
          ) AS p ON s.trace_id = p.trace_id AND s.parent_span_id = p.span_id
          WHERE s.kind = 5 OR NOT (
            (s.is_proxy AND startsWith(s.upstream_cluster, 'outbound') AND s.entity_kind NOT IN ('gateway', 'waypoint'))
            OR (p.found AND p.app = s.app AND (p.kind NOT IN (3, 4) OR ((s.is_proxy OR p.is_proxy) AND NOT (s.is_proxy AND p.is_proxy AND p.kind = 3 AND p.outbound)))))
      `);
      const clients = grouped(sql`
          SELECT c.bucket AS bucket, c.kind AS kind, c.entity AS entity, s.first.1 AS peer, c.attributes AS attributes,
            s.servers > 0 AS found, 0 AS root, c.is_proxy AND c.name = 'mirror' AS mirror, c.http AS http, c.http_status AS http_status, c.grpc_status AS grpc_status,
            c.failed AS failed, s.first.2 AS peerFailed, c.young AS young, c.bound AS bound, c.duration_ns AS duration_ns, c.sample_weight AS sample_weight, c.operation AS operation
          FROM (SELECT ${own} FROM spans WHERE ${subjects} AND kind IN (3, 4) LIMIT 1 BY trace_id, span_id, kind, app) AS c
          LEFT ANY JOIN (
            SELECT trace_id, parent_span_id, argMinIf((entity, failed), (start, span_id), server) AS first, countIf(server) AS servers, minIf(app, is_proxy) AS proxy
            FROM (
              SELECT trace_id, span_id, parent_span_id, start, app, is_proxy, ${entityHash} AS entity, ${isFailure} AS failed,
                kind = 2 AND NOT (is_proxy AND startsWith(upstream_cluster, 'outbound') AND entity_kind NOT IN ('gateway', 'waypoint')) AS server
              FROM spans WHERE ${between(first, last + reachSeconds)} AND kind IN (2, 3) AND trace_id IN (SELECT trace_id FROM spans WHERE ${subjects} AND kind IN (3, 4)) AND parent_span_id != unhex('0000000000000000')
            ) GROUP BY trace_id, parent_span_id
          ) AS s ON c.trace_id = s.trace_id AND c.span_id = s.parent_span_id
          WHERE NOT (c.is_proxy AND startsWith(c.upstream_cluster, 'inbound')) AND NOT (NOT c.is_proxy AND c.app != '' AND s.proxy = c.app)
      `);

      const [a, b] = await Promise.all([
        store.queryColumns(servers, { name: 'group server spans', timeoutMs }),
        store.queryColumns(clients, { name: 'group client spans', timeoutMs }),
      ]) as unknown as [GroupColumns, GroupColumns];
      const missing = (known: RecentKeys<unknown>, hashes: readonly string[]): string[] => [...new Set(hashes)].filter((hash) => hash !== '0' && known.get(hash) === undefined);
      await loadNames(range, missing(entities, [...a.entity, ...a.peer, ...b.entity, ...b.peer]), missing(attributes, [...a.attributes, ...b.attributes]));
      return [a, b].flatMap((columns) => groupsOf(columns, (hash) => entities.get(hash), (hash) => attributes.get(hash) ?? noAttributes));
    },
  };
}

const noAttributes: PeerAttributes = {
  peerService: '', serverAddress: '', serverPort: 0, networkPeerAddress: '', dbSystem: '', dbNamespace: '', messagingSystem: '', messagingDestination: '', upstreamCluster: '',
};

function groupsOf(c: GroupColumns, entityOf: (hash: string) => Entity | undefined, attributesOf: (hash: string) => PeerAttributes): SpanGroup[] {
  const groups: SpanGroup[] = [];
  for (let i = 0; i < c.bucket.length; i++) {
    const entity = entityOf(c.entity[i]!);
    if (!entity) continue;
    groups.push({
      bucket: c.bucket[i]!, kind: c.kind[i]!, entity,
      peer: c.found[i] ? entityOf(c.peer[i]!) ?? null : null,
      isRoot: Boolean(c.root[i]), attributes: attributesOf(c.attributes[i]!), isMirror: Boolean(c.mirror[i]), isHttp: Boolean(c.http[i]),
      httpStatus: c.httpStatus[i]!, grpcStatus: c.grpcStatus[i]!, failed: Boolean(c.failed[i]), peerFailed: Boolean(c.peerFailed[i]), young: Boolean(c.young[i]),
      latencyIndex: boundIndex(c.bound[i]!),
      count: c.count[i]!, durationNs: c.durationNs[i]!, weight: c.weight[i]!, operation: c.operation[i]!,
    });
  }
  return groups;
}

const kinds: ReadonlySet<string> = new Set(Object.values(EntityKind));

function knownKind(entity: Entity): Entity {
  return kinds.has(entity.kind) ? entity : { ...entity, kind: EntityKind.unknown };
}
