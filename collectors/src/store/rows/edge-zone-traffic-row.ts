import type { EdgeZoneTraffic } from '../../model/edge-zone-traffic.ts';
import { column, tableRow } from '../native-block.ts';
import { dateTime, enum8, fixedHex, lowCardinality, uint64 } from '../native-types.ts';

/** Traffic between zones with its edge's id and its version: of equal keys the highest version stays. */
export interface EdgeZoneTrafficRow {
  readonly edgeId: string;
  readonly version: number;
  readonly traffic: EdgeZoneTraffic;
}

/** Columns of `edge_zone_traffic`; one row for each (tenant, bucket, edge, instrument, side, feed, zones, origin), of the highest version. */
export const edgeZoneTrafficRow = tableRow<EdgeZoneTrafficRow>('edge_zone_traffic', [
  column('tenant', lowCardinality, (row) => row.traffic.tenant),
  column('bucket', dateTime, (row) => row.traffic.bucket),
  column('edge_id', fixedHex(16), (row) => row.edgeId),
  column('instrument', enum8({ proxy: 1, log: 2, trace: 3, flow: 4, declared: 5 }), (row) => row.traffic.instrument),
  column('side', enum8({ source: 1, destination: 2, middle: 3 }), (row) => row.traffic.side),
  column('feed', lowCardinality, (row) => row.traffic.feed),
  column('source_zone', lowCardinality, (row) => row.traffic.zones.source),
  column('destination_zone', lowCardinality, (row) => row.traffic.zones.destination),
  column('origin', uint64, (row) => row.traffic.origin),
  column('requests', uint64, (row) => row.traffic.requests),
  column('bytes_sent', uint64, (row) => row.traffic.bytesSent),
  column('bytes_received', uint64, (row) => row.traffic.bytesReceived),
  column('version', uint64, (row) => row.version),
]);
