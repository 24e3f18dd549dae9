import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { DirtyBucket } from './changed-buckets.ts';
import { namelessKinds } from './resolve-addresses.ts';

/** Raw rows by the addresses that they name and nobody else explains: `tenant`, `address`, `bucket` (Unix seconds). */
const addressed: Readonly<Record<'flows' | 'spans' | 'access_logs', (first: number) => Sql>> = {
  flows: (first) => sql`
    SELECT tenant, arrayJoin(arrayConcat(if(source_kind IN ${namelessKinds}, [source_ip], []), if(destination_kind IN ${namelessKinds}, [destination_ip], []))) AS address,
      intDiv(toUnixTimestamp(time), 10) * 10 AS bucket
    FROM flows WHERE toStartOfMinute(time) >= toStartOfMinute(toDateTime(${first})) AND time >= toDateTime64(${first}, 9)`,
  spans: (first) => sql`
    SELECT tenant, multiIf(host = '', network_peer_address, isIPv4String(host) OR isIPv6String(host), host, position(host, '.') = 0, concat(host, '.', namespace), splitByString('.svc', host)[1]) AS address,
      if(startsWith(upstream_cluster, 'outbound|'), splitByChar('|', upstream_cluster)[4], toString(server_address)) AS host, toUnixTimestamp(start_bucket) AS bucket
    FROM spans WHERE start_bucket >= toDateTime(${first}) AND kind IN (3, 4)`,
  access_logs: (first) => sql`
    SELECT tenant, toString(arrayJoin([caller_address, upstream_address])) AS address, toUnixTimestamp(access_logs.bucket) AS bucket
    FROM access_logs WHERE access_logs.bucket >= toDateTime(${first})`,
};

/**
 * Buckets whose raw rows name an address, or the name of a service, of which something was written since `sinceMs`, from the time on of which it
 * tells: they have to be computed again, for what is known late of an address holds for the data of its time.
 * @param oldestBucket Unix seconds; what is older is not looked for
 */
export async function bucketsOfFreshIdentities(store: Pick<Store, 'query'>, sinceMs: number, raw: keyof typeof addressed, oldestBucket: number): Promise<readonly DirtyBucket[]> {
  const fresh = sql`written_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))}) AND valid_to >= toDateTime64(${Math.floor(oldestBucket)}, 3)`;
  const [told] = await store.query<{ identities: number; fromSeconds: number }>(sql`
    SELECT count() AS identities, toUnixTimestamp(min(valid_from)) AS fromSeconds FROM identities WHERE ${fresh}`, { name: 'fresh identities', timeoutMs: 20_000 });
  if (!told || Number(told.identities) === 0) return [];
  const first = Math.floor(Math.max(oldestBucket, Number(told.fromSeconds)) / 10) * 10;
  const rows = await store.query<DirtyBucket>(sql`
    SELECT DISTINCT r.tenant AS tenant, r.bucket AS bucket FROM (${addressed[raw](first)}) AS r
    INNER JOIN (
      SELECT tenant, arrayJoin(arrayConcat([address], arrayMap(host -> splitByString('.svc', host)[1], services))) AS address, toUnixTimestamp(min(valid_from)) AS since
      FROM identities WHERE ${fresh} GROUP BY tenant, address) AS f ON r.tenant = f.tenant AND r.address = f.address
    WHERE r.bucket + 10 > f.since`, { name: `${raw} of fresh identities`, timeoutMs: 20_000 });
  return rows.map(({ tenant, bucket }) => ({ tenant, bucket: Number(bucket) }));
}
