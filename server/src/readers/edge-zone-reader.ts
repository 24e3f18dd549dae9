import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { ZoneTraffic, ZoneTrafficReader } from '../inference/cost/zone-traffic.ts';

const maxRows = 200_000;

/** Reads what travelled between zones: of each edge as its first teller by precedence counted it, those that count bytes first, so that no byte counts twice. */
export function createEdgeZoneReader(store: Pick<Store, 'query'>): ZoneTrafficReader {
  return {
    zoneTraffic: ({ tenant, namespaces }, window) => store.query<ZoneTraffic>(sql`
      SELECT lower(hex(edge_id)) AS edgeId, zones.1 AS sourceZone, zones.2 AS destinationZone, zones.3 AS bytesSent, zones.4 AS bytesReceived, zones.5 AS requests
      FROM (
        SELECT edge_id, instrument, side, feed, groupArray((source_zone, destination_zone, sent, received, asked)) AS pairs, sum(sent + received) > 0 AS weighed
        FROM (
          SELECT edge_id, instrument, side, feed, source_zone, destination_zone, sum(bytes_sent) AS sent, sum(bytes_received) AS received, sum(requests) AS asked
          FROM edge_zone_traffic FINAL
          WHERE tenant = ${tenant} AND bucket >= toDateTime(${window.from}) AND bucket < toDateTime(${window.to})
            AND ${namespaces ? sql`edge_id IN (SELECT edge_id FROM edges WHERE tenant = ${tenant} AND (source_namespace IN ${param('Array(String)', namespaces)} OR destination_namespace IN ${param('Array(String)', namespaces)}))` : sql`1`}
          GROUP BY edge_id, instrument, side, feed, source_zone, destination_zone)
        GROUP BY edge_id, instrument, side, feed
        ORDER BY edge_id, weighed DESC, instrument, side = 'destination' DESC, side = 'middle' DESC, feed
        LIMIT 1 BY edge_id)
      ARRAY JOIN pairs AS zones
      ORDER BY edgeId, sourceZone, destinationZone LIMIT ${maxRows}`, { name: 'traffic between zones', timeoutMs: 15_000 }),
  };
}
