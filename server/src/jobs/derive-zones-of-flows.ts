import type { EdgeZoneTraffic } from '@orrery/collectors/model/edge-zone-traffic';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createIdentityReader } from '../readers/identity-reader.ts';
import { createDeriveJob } from './derive-job.ts';
import { createDerivedZones } from './derived-zones.ts';
import { entityOf, type EntityFields } from './entity-fields.ts';
import { entityFields, flowBucket, isNameless, ownersOfEnds } from './flow-ends.ts';
import type { LeasedJob } from './leased-job.ts';
import { resolveAddresses } from './resolve-addresses.ts';
import { ZoneSums } from './zone-sums.ts';

interface ZonedFlows {
  readonly bucket: number; readonly side: 'source' | 'destination'; readonly source: EntityFields; readonly destination: EntityFields; readonly service: string; readonly port: number;
  readonly sourceIp: string; readonly destinationIp: string; readonly sourceZone: string; readonly destinationZone: string; readonly namelessSource: number; readonly namelessDestination: number;
  readonly since: number; readonly count: number;
}

const mostAddresses = 20_000;
const timeoutMs = 20_000;

/**
 * Flows → how the connections and requests of an edge fall to the zones of its ends. The zone of the end that is on the
 * node that saw a flow is in the flow; of the other end it is the one of whoever had its address then. Flows have no
 * bytes: they tell proportions.
 */
export function createFlowZonesJob(store: Pick<Store, 'query' | 'command'>, writer: Pick<BlockWriter, 'edgeZoneTraffic' | 'edgeIdOf'>, now: () => number): LeasedJob {
  const identities = createIdentityReader(store);
  return createDeriveJob<EdgeZoneTraffic>(store, {
    name: 'derive zones of flows',

    inserted: (sinceMs, oldestBucket) => sql`
      SELECT tenant, ${flowBucket} AS bucket, toUnixTimestamp(inserted_at) AS second, count() AS count FROM flows
      WHERE time >= toDateTime64(${Math.floor(oldestBucket)}, 9) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))}) AND role IN ('open', 'response')
      GROUP BY tenant, bucket, second`,

    async compute(buckets, nowMs, revisit) {
      const tenant = buckets[0]!.tenant, starts = buckets.map(({ bucket }) => bucket), first = Math.min(...starts), last = Math.max(...starts);
      const within = sql`tenant = ${tenant} AND toStartOfMinute(time) >= toDateTime(${Math.floor(first / 60) * 60}) AND time >= toDateTime64(${first}, 9) AND time < toDateTime64(${last + 10}, 9)
            AND ${flowBucket} IN ${param('Array(Int64)', starts)} AND role IN ('open', 'response')`;
      const named = await store.query<{ address: string }>(sql`
        SELECT DISTINCT arrayJoin([source_ip, destination_ip]) AS address FROM flows WHERE ${within} ORDER BY address LIMIT ${mostAddresses}`, { name: 'addresses of zones', timeoutMs });
      const addresses = named.flatMap(({ address }) => (address === '' ? [] : [address]));
      const owners = await resolveAddresses(identities, tenant, addresses, (last + 10) * 1000);
      const owned = addresses.filter((address) => owners.has(address));
      const from = [0, ...owners.changes(first * 1000, (last + 10) * 1000)];
      const rows = await store.query<ZonedFlows>(sql`
        SELECT bucket, side, ${entityFields('source')} AS source, ${entityFields('destination')} AS destination, destination_service AS service, destination_port AS port,
          if(source_ip IN ${param('Array(String)', owned)}, source_ip, '') AS sourceIp, if(destination_ip IN ${param('Array(String)', owned)}, destination_ip, '') AS destinationIp,
          source_zone AS sourceZone, destination_zone AS destinationZone, ${isNameless('source')} AS namelessSource, ${isNameless('destination')} AS namelessDestination,
          roundDown(toUnixTimestamp64Milli(time), ${param('Array(Int64)', from)}) AS since, count() AS count
        FROM (SELECT *, ${flowBucket} AS bucket FROM flows WHERE ${within} LIMIT 1 BY node, time, id)
        GROUP BY bucket, side, source, destination, service, port, sourceIp, destinationIp, sourceZone, destinationZone, namelessSource, namelessDestination, since`, { name: 'group flows by zones', timeoutMs });
      const sums = new ZoneSums(tenant, 'flow', 'flows');
      let isIncomplete = false;
      for (const row of rows) {
        const ends = { source: entityOf(row.source), destination: entityOf(row.destination) };
        const { caller, called } = ownersOfEnds({ ...ends, sourceIp: row.sourceIp, destinationIp: row.destinationIp, port: row.port }, owners, Math.max(Number(row.since), row.bucket * 1000));
        const source = row.namelessSource ? caller?.entity ?? ends.source : ends.source, destination = row.namelessDestination ? called?.entity ?? ends.destination : ends.destination;
        const service = row.service || (row.namelessDestination ? called?.service ?? '' : '');
        const zones = { source: row.sourceZone || (caller?.zone ?? ''), destination: row.destinationZone || (called?.zone ?? '') };
        isIncomplete ||= zones.source === '' || zones.destination === '';
        sums.add(row.bucket, { source, destination, service, serviceGuessed: false, port: row.port }, row.side, zones, { requests: Number(row.count), bytesSent: 0, bytesReceived: 0 });
      }
      // Who has an address is told some seconds after its first flows.
      if (isIncomplete) for (const bucket of buckets) if (nowMs - bucket.bucket * 1000 < settledMs) revisit(bucket, nowMs + revisitMs);
      return sums.rows();
    },
  }, createDerivedZones(store, writer, 'flow', now));
}

/** While a bucket is younger its zones may still become known. */
const settledMs = 120_000;
const revisitMs = 20_000;
