import type { Edge } from '../../model/edge.ts';
import { column, tableRow } from '../native-block.ts';
import { bool, dateTime, fixedHex, lowCardinality, string, uint32 } from '../native-types.ts';

/** A name for an edge id. */
export interface EdgeRow {
  readonly tenant: string;
  /** 32 hex digits. */
  readonly edgeId: string;
  readonly edge: Edge;
  /** Unix seconds. */
  readonly seenAt: number;
}

/** Columns of `edges`; one row for each (tenant, edge_id), that seen last. */
export const edgeRow = tableRow<EdgeRow>('edges', [
  column('tenant', lowCardinality, (row) => row.tenant),
  column('edge_id', fixedHex(16), (row) => row.edgeId),
  column('source_cluster', lowCardinality, (row) => row.edge.source.cluster),
  column('source_namespace', lowCardinality, (row) => row.edge.source.namespace),
  column('source_kind', lowCardinality, (row) => row.edge.source.kind),
  column('source_name', string, (row) => row.edge.source.name),
  column('source_app', string, (row) => row.edge.source.app),
  column('source_version', string, (row) => row.edge.source.version),
  column('destination_cluster', lowCardinality, (row) => row.edge.destination.cluster),
  column('destination_namespace', lowCardinality, (row) => row.edge.destination.namespace),
  column('destination_kind', lowCardinality, (row) => row.edge.destination.kind),
  column('destination_name', string, (row) => row.edge.destination.name),
  column('destination_app', string, (row) => row.edge.destination.app),
  column('destination_version', string, (row) => row.edge.destination.version),
  column('service', string, (row) => row.edge.service),
  column('service_guessed', bool, (row) => row.edge.serviceGuessed),
  column('port', uint32, (row) => row.edge.port),
  column('seen_at', dateTime, (row) => row.seenAt),
]);
