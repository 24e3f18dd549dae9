import type { Instrument } from '@orrery/collectors/model/edge-traffic';
import type { EdgeZoneTraffic } from '@orrery/collectors/model/edge-zone-traffic';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createEdgeNames } from '../readers/edge-names.ts';
import type { RecomputedRows } from './derive-job.ts';
import { createRowVersions } from './row-versions.ts';

interface StandingRow {
  readonly bucket: number; readonly edgeId: string; readonly side: EdgeZoneTraffic['side']; readonly feed: string; readonly source: string; readonly destination: string;
  readonly requests: number; readonly bytesSent: number; readonly bytesReceived: number;
}

/**
 * Writes what was recomputed of the traffic between zones: what differs from what stands, and zeros for what is gone.
 * @param now Unix ms; versions grow with it, and never fall behind the last one
 */
export function createDerivedZones(store: Pick<Store, 'query'>, writer: Pick<BlockWriter, 'edgeZoneTraffic' | 'edgeIdOf'>, instrument: Instrument, now: () => number): RecomputedRows<EdgeZoneTraffic> {
  const names = createEdgeNames(store), nextVersion = createRowVersions('zones', now);
  return {
    async write(buckets, rows) {
      const tenant = buckets[0]!.tenant;
      const standing = await store.query<StandingRow>(sql`
        SELECT toUnixTimestamp(edge_zone_traffic.bucket) AS bucket, lower(hex(edge_id)) AS edgeId, side, feed, source_zone AS source, destination_zone AS destination, requests, bytes_sent AS bytesSent, bytes_received AS bytesReceived
        FROM edge_zone_traffic FINAL
        WHERE tenant = ${tenant} AND edge_zone_traffic.bucket IN (SELECT toDateTime(arrayJoin(${param('Array(UInt32)', buckets.map(({ bucket }) => bucket))}))) AND instrument = ${instrument} AND origin = 0`,
      { name: `standing zones: ${instrument}`, timeoutMs: 10_000 });
      const gone = new Map(standing.map((row) => [JSON.stringify([row.bucket, row.edgeId, row.side, row.feed, row.source, row.destination]), row]));
      const changed = rows.filter((row) => {
        const key = JSON.stringify([row.bucket, writer.edgeIdOf(tenant, row.edge), row.side, row.feed, row.zones.source, row.zones.destination]), before = gone.get(key);
        gone.delete(key);
        return !before || Number(before.requests) !== row.requests || Number(before.bytesSent) !== row.bytesSent || Number(before.bytesReceived) !== row.bytesReceived;
      });
      const counted = [...gone.values()].filter((row) => Number(row.requests) + Number(row.bytesSent) + Number(row.bytesReceived) > 0);
      await names.load(tenant, [...new Set(counted.map(({ edgeId }) => edgeId))]);
      for (const { bucket, edgeId, side, feed, source, destination } of counted) {
        const edge = names.get(tenant, edgeId);
        if (edge) changed.push({ tenant, bucket, edge, instrument, side, feed, zones: { source, destination }, origin: 0n, requests: 0, bytesSent: 0, bytesReceived: 0 });
      }
      if (changed.length > 0) {
        const { version, token } = nextVersion();
        await writer.edgeZoneTraffic(changed, token, version);
      }
      return changed.length;
    },
  };
}
