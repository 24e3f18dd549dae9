import type { EdgeOperation } from '../../model/edge-operation.ts';
import { column, tableRow } from '../native-block.ts';
import { dateTime, enum8, fixedHex, float64, lowCardinality, map, string, uint32, uint64 } from '../native-types.ts';

/** An operation with its edge's id and its version: of equal keys the highest version stays. */
export interface EdgeOperationRow {
  readonly edgeId: string;
  readonly version: number;
  readonly operation: EdgeOperation;
}

/** Columns of `edge_operation`; one row for each (tenant, bucket, edge, instrument, side, feed, operation, layout, origin). */
export const edgeOperationRow = tableRow<EdgeOperationRow>('edge_operation', [
  column('tenant', lowCardinality, (row) => row.operation.tenant),
  column('bucket', dateTime, (row) => row.operation.bucket),
  column('edge_id', fixedHex(16), (row) => row.edgeId),
  column('instrument', enum8({ proxy: 1, log: 2, trace: 3, flow: 4, declared: 5 }), (row) => row.operation.instrument),
  column('side', enum8({ source: 1, destination: 2, middle: 3 }), (row) => row.operation.side),
  column('feed', lowCardinality, (row) => row.operation.feed),
  column('operation', string, (row) => row.operation.operation),
  column('origin', uint64, (row) => row.operation.origin),
  column('requests', uint64, (row) => row.operation.requests),
  column('errors', uint64, (row) => row.operation.errors),
  column('requests_estimated', float64, (row) => row.operation.requestsEstimated),
  column('layout_id', uint32, (row) => row.operation.layout?.id ?? 0),
  column('latency', map(uint32, uint64), (row) => row.operation.latency),
  column('version', uint64, (row) => row.version),
]);
