import { finalLogTypes } from '@orrery/collectors/model/access-log';
import type { Entity } from '@orrery/collectors/model/entity';
import { spanLayout } from '@orrery/collectors/model/latency-layout';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createIdentityReader } from '../readers/identity-reader.ts';
import { createDeriveJob, keptSeconds } from './derive-job.ts';
import { createDerivedRows } from './derived-rows.ts';
import { mirroredAuthority } from './edges-of-access-log.ts';
import { edgesOfAccessLogs, type AccessLogGroup } from './edges-of-access-logs.ts';
import { entityOf, type EntityFields } from './entity-fields.ts';
import { bucketsOfFreshIdentities } from './fresh-identities.ts';
import type { LeasedJob } from './leased-job.ts';
import { tellPassedOver } from './passed-over.ts';
import { ownersByProxy, type OwnersByProxy } from './owners-by-proxy.ts';
import { resolveAddresses, type AddressResolver } from './resolve-addresses.ts';
import { boundIndex, negativeBoundsNs } from './span-bounds.ts';

type JobStore = Pick<Store, 'query' | 'command'>;

interface GroupRow extends Omit<AccessLogGroup, 'entity' | 'ends' | 'latencyIndex' | 'isMirror'> {
  readonly entity: EntityFields;
  readonly callerAddress: string;
  readonly upstreamAddress: string;
  readonly upstreamPort: number;
  readonly since: number;
  readonly bound: number;
  readonly mirror: number;
}

/** Addresses that are looked up for one computation; those beyond stay nobody's. */
const mostAddresses = 20_000;
/** So near in time a proxy's word on its own address counts: it may have logged nothing in the bucket itself. */
const reachSeconds = 60;
/** Owners are asked for as of the start of an entry, which may have ended long after it. */
const longestSeconds = 3_600;

/** Access logs → edge traffic of the instrument `log`. Callers and callees are those who had their address at the time, by Kubernetes or else by what proxies say of themselves. */
export function createAccessLogsJob(store: JobStore, writer: Pick<BlockWriter, 'edgeTraffic' | 'edgeIdOf' | 'rejections'>, now: () => number): LeasedJob {
  const bucket = sql`toUnixTimestamp(bucket)`;
  const identities = createIdentityReader(store);

  /** The owners of the addresses in some buckets. */
  async function ownersIn(tenant: string, within: Sql, first: number, last: number): Promise<{ readonly known: AddressResolver; readonly byProxy: OwnersByProxy; readonly owned: readonly string[]; readonly isComplete: boolean }> {
    const rows = await store.query<{ address: string }>(sql`
      SELECT DISTINCT arrayJoin([caller_address, upstream_address]) AS address FROM access_logs WHERE ${within} AND address != '' LIMIT ${mostAddresses}`, { name: 'addresses of access logs', timeoutMs: 20_000 });
    const addresses = rows.map(({ address }) => address).sort();
    const [known, byProxy] = await Promise.all([
      resolveAddresses(identities, tenant, addresses, (last + 10) * 1000),
      ownersByProxy(store, sql`tenant = ${tenant} AND bucket >= toDateTime(${first - reachSeconds}) AND bucket <= toDateTime(${last + reachSeconds})`),
    ]);
    const owned = addresses.filter((address) => known.has(address) || byProxy.has(address));
    return { known, byProxy, owned, isComplete: owned.length === addresses.length };
  }

  return createDeriveJob(store, {
    name: 'derive from access logs',

    passedOver: tellPassedOver(writer, 'envoy-als', now),

    inserted: (sinceMs, oldestBucket) => sql`
      SELECT tenant, ${bucket} AS bucket, toUnixTimestamp(inserted_at) AS second, count() AS count FROM access_logs
      WHERE access_logs.bucket >= toDateTime(${Math.floor(oldestBucket)}) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))})
      GROUP BY tenant, bucket, second`,

    related: async (_changed, sinceMs) => bucketsOfFreshIdentities(store, sinceMs, 'access_logs', now() / 1000 - keptSeconds),

    async compute(buckets, nowMs, revisit) {
      const tenant = buckets[0]!.tenant;
      const starts = buckets.map((one) => one.bucket);
      const first = Math.min(...starts), last = Math.max(...starts);
      const within = sql`tenant = ${tenant} AND bucket IN (SELECT toDateTime(arrayJoin(${param('Array(UInt32)', starts)}))) AND type IN ${param('Array(UInt8)', finalLogTypes)}`;
      const { known, byProxy, owned, isComplete } = await ownersIn(tenant, within, first, last);
      // A proxy may be about to say whose an address is.
      for (const start of isComplete ? [] : starts) if ((start + reachSeconds) * 1000 > nowMs) revisit({ tenant, bucket: start }, (start + reachSeconds) * 1000);
      // Entries of one bucket fall apart at the times at which somebody else got one of their addresses.
      const earliest = (first - longestSeconds) * 1000;
      const from = [earliest, ...new Set([...known.changes(earliest, (last + 10) * 1000), ...byProxy.changes.filter((timeMs) => timeMs > earliest)])].sort((a, b) => a - b);
      const isOwned = param('Array(String)', owned);
      const rows = await store.query<GroupRow>(sql`
        SELECT toUnixTimestamp(start_of) AS bucket, entity, nodeAddress, protocol, callerAddress, calledAddress, calledPort, upstreamAddress, upstreamPort, since, upstreamCluster, flags, localPrincipal, peerPrincipal,
          authority, mirror, responseCode, grpcStatus, bound, sum(ns) AS durationNs, count() AS count, sum(sample_weight) AS weight, sum(tried) AS attempts, sum(sent) AS bytesSent, sum(got) AS bytesReceived
        FROM (
          SELECT access_logs.bucket AS start_of, array(cluster, namespace, toString(entity_kind), entity_name, app, version) AS entity, node_address AS nodeAddress, protocol,
            if(caller_address IN ${isOwned}, caller_address, '') AS callerAddress, if(upstream_cluster = '', called_address, '') AS calledAddress, if(upstream_cluster = '', called_port, 0) AS calledPort,
            if(upstream_address IN ${isOwned}, upstream_address, '') AS upstreamAddress, if(upstreamAddress = '', 0, upstream_port) AS upstreamPort,
            if(callerAddress = '' AND upstreamAddress = '', 0, roundDown(toUnixTimestamp64Milli(start), ${param('Array(Int64)', from)})) AS since,
            upstream_cluster AS upstreamCluster, flags, local_principal AS localPrincipal, peer_principal AS peerPrincipal,
            if(upstream_cluster = '', access_logs.authority, '') AS authority, match(access_logs.authority, ${mirroredAuthority}) AS mirror, response_code AS responseCode, grpc_status AS grpcStatus,
            if(duration_ns < 0, 1, roundDown(-duration_ns, ${param('Array(Int64)', negativeBoundsNs)})) AS bound, greatest(duration_ns, 0) AS ns, sample_weight, access_logs.attempts AS tried, bytes_sent AS sent, bytes_received AS got
          FROM access_logs WHERE ${within} LIMIT 1 BY node, start, id
        ) GROUP BY start_of, entity, nodeAddress, protocol, callerAddress, calledAddress, calledPort, upstreamAddress, upstreamPort, since, upstreamCluster, flags, localPrincipal, peerPrincipal, authority, mirror, responseCode, grpcStatus, bound`,
      { name: 'group access logs', timeoutMs: 20_000 });
      return edgesOfAccessLogs(tenant, rows.map(({ entity: fields, callerAddress, upstreamAddress, upstreamPort, since, bound, mirror, ...row }) => {
        const entity = entityOf(fields), timeMs = Number(since);
        const ownerOf = (address: string, port: number): Entity | null =>
          address === '' ? null : known.at({ address, port, cluster: entity.cluster }, timeMs)?.entity ?? byProxy.at(address, timeMs);
        return {
          ...row, entity, isMirror: Boolean(mirror), latencyIndex: bound > 0 ? -1 : boundIndex(bound), durationNs: Number(row.durationNs),
          bytesSent: Number(row.bytesSent), bytesReceived: Number(row.bytesReceived), attempts: Number(row.attempts), count: Number(row.count),
          // The port of a caller is any: only who has the whole address is known to have called.
          ends: { caller: ownerOf(callerAddress, 0), upstream: ownerOf(upstreamAddress, upstreamPort) },
        };
      }));
    },
  }, createDerivedRows(store, writer, 'log', spanLayout, now));
}
