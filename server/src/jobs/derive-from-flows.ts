import { spanLayout } from '@orrery/collectors/model/latency-layout';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { identifier, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createIdentityReader } from '../readers/identity-reader.ts';
import { createDeriveJob, keptSeconds } from './derive-job.ts';
import { createDerivedRows } from './derived-rows.ts';
import { edgesOfFlows, type FlowGroup } from './edges-of-flows.ts';
import { entityOf, type EntityFields } from './entity-fields.ts';
import { entityFields, flowBucket, isNameless, ownersOfEnds } from './flow-ends.ts';
import { bucketsOfFreshIdentities } from './fresh-identities.ts';
import type { LeasedJob } from './leased-job.ts';
import { tellPassedOver } from './passed-over.ts';
import { resolveAddresses, type AddressResolver } from './resolve-addresses.ts';
import { boundIndex, negativeBoundsNs } from './span-bounds.ts';

type JobStore = Pick<Store, 'query' | 'command'>;

/** Addresses without a name that are looked up for one computation; those beyond stay as they are. */
const mostAddresses = 20_000;

/** Flows → edge traffic of the instrument `flow`. Ends that a flow has no name for are those who had their address at the time of the flow. */
export function createFlowsJob(store: JobStore, writer: Pick<BlockWriter, 'edgeTraffic' | 'edgeIdOf' | 'rejections'>, now: () => number): LeasedJob {
  const bucket = flowBucket;
  const identities = createIdentityReader(store);

  /** The owners of the addresses that flows of some buckets have no names for. */
  async function ownersIn(tenant: string, within: Sql, toSeconds: number): Promise<{ readonly owners: AddressResolver; readonly owned: readonly string[] }> {
    const end = (name: 'source' | 'destination'): Sql => sql`
      SELECT DISTINCT ${identifier(`${name}_ip`)} AS address FROM flows WHERE ${within} AND ${isNameless(name)} LIMIT ${mostAddresses}`;
    const rows = await store.query<{ address: string }>(sql`${end('source')} UNION DISTINCT ${end('destination')}`, { name: 'addresses of flows', timeoutMs: 20_000 });
    const addresses = [...new Set(rows.map(({ address }) => address))].slice(0, mostAddresses);
    const owners = await resolveAddresses(identities, tenant, addresses, toSeconds * 1000);
    return { owners, owned: addresses.filter((address) => owners.has(address)) };
  }

  return createDeriveJob(store, {
    name: 'derive from flows',

    passedOver: tellPassedOver(writer, 'flows', now),

    inserted: (sinceMs, oldestBucket) => sql`
      SELECT tenant, ${bucket} AS bucket, toUnixTimestamp(inserted_at) AS second, count() AS count FROM flows
      WHERE time >= toDateTime64(${Math.floor(oldestBucket)}, 9) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))})
      GROUP BY tenant, bucket, second`,

    related: async (_changed, sinceMs) => bucketsOfFreshIdentities(store, sinceMs, 'flows', now() / 1000 - keptSeconds),

    async compute(buckets) {
      const tenant = buckets[0]!.tenant;
      const starts = buckets.map((one) => one.bucket);
      const first = Math.min(...starts), last = Math.max(...starts);
      const within = sql`tenant = ${tenant} AND toStartOfMinute(time) >= toDateTime(${Math.floor(first / 60) * 60}) AND time >= toDateTime64(${first}, 9) AND time < toDateTime64(${last + 10}, 9)
            AND ${bucket} IN ${param('Array(Int64)', starts)}`;
      const { owners, owned } = await ownersIn(tenant, within, last + 10);
      // Flows of one bucket fall apart at the times at which somebody else got one of their addresses.
      const hasOwner = (end: 'source' | 'destination'): Sql => sql`${isNameless(end)} AND ${identifier(`${end}_ip`)} IN ${param('Array(String)', owned)}`;
      const from = [0, ...owners.changes(first * 1000, (last + 10) * 1000)];
      const rows = await store.query<Omit<FlowGroup, 'source' | 'destination' | 'latencyIndex'> & { source: EntityFields; destination: EntityFields; sourceIp: string; destinationIp: string; since: number; bound: number }>(sql`
        SELECT bucket, role, side, ${entityFields('source')} AS source, ${entityFields('destination')} AS destination, destination_service AS service, destination_port AS port, protocol,
          if(${hasOwner('source')}, source_ip, '') AS sourceIp, if(${hasOwner('destination')}, destination_ip, '') AS destinationIp,
          if(sourceIp = '' AND destinationIp = '', 0, roundDown(toUnixTimestamp64Milli(time), ${param('Array(Int64)', from)})) AS since,
          http_status AS httpStatus, dns_rcode AS dnsRcode, drop_reason AS dropReason, encrypted, bound, sum(greatest(latency_ns, 0)) AS latencyNs, count() AS count
        FROM (
          SELECT *, ${bucket} AS bucket, if(latency_ns < 0, 0, roundDown(-latency_ns, ${param('Array(Int64)', negativeBoundsNs)})) AS bound FROM flows
          WHERE ${within}
          LIMIT 1 BY node, time, id
        ) GROUP BY bucket, role, side, source, destination, sourceIp, destinationIp, since, service, port, protocol, httpStatus, dnsRcode, dropReason, encrypted, bound`,
      { name: 'group flows', timeoutMs: 20_000 });
      return edgesOfFlows(tenant, rows.map(({ bound, source, destination, sourceIp, destinationIp, since, ...row }) => {
        const ends = { source: entityOf(source), destination: entityOf(destination) }, timeMs = Math.max(Number(since), row.bucket * 1000);
        const { caller, called } = ownersOfEnds({ ...ends, sourceIp, destinationIp, port: row.port }, owners, timeMs);
        return { ...row, source: caller?.entity ?? ends.source, destination: called?.entity ?? ends.destination, service: row.service || (called?.service ?? ''), latencyIndex: bound === 0 ? -1 : boundIndex(bound) };
      }));
    },
  }, createDerivedRows(store, writer, 'flow', spanLayout, now));
}
