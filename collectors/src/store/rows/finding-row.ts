import { column, tableRow } from '../native-block.ts';
import { dateTime64Ms, lowCardinality, string } from '../native-types.ts';

/** A stretch of time in which a finding stood, as `finding_history` keeps it. */
export interface FindingRow {
  readonly tenant: string;
  /** Hash of cluster, object, code and path. */
  readonly finding: string;
  /** Unix ms. */
  readonly firstSeenMs: number;
  /** Unix ms; 0 while it stands. */
  readonly resolvedMs: number;
  readonly code: string;
  readonly severity: string;
  readonly cluster: string;
  /** API group of the object. */
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly message: string;
}

/** Columns of `finding_history`; one row for each (tenant, finding, first_seen), that written last. */
export const findingRow = tableRow<FindingRow>('finding_history', [
  column('tenant', lowCardinality, (row) => row.tenant),
  column('finding', string, (row) => row.finding),
  column('first_seen', dateTime64Ms, (row) => row.firstSeenMs),
  column('resolved_at', dateTime64Ms, (row) => row.resolvedMs),
  column('code', lowCardinality, (row) => row.code),
  column('severity', lowCardinality, (row) => row.severity),
  column('cluster', lowCardinality, (row) => row.cluster),
  column('object_group', lowCardinality, (row) => row.group),
  column('kind', lowCardinality, (row) => row.kind),
  column('namespace', lowCardinality, (row) => row.namespace),
  column('name', string, (row) => row.name),
  column('path', string, (row) => row.path),
  column('message', string, (row) => row.message),
]);
