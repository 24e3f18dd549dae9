import { column, tableRow } from '../native-block.ts';
import { bool, dateTime64Ms, lowCardinality, string } from '../native-types.ts';

/** One version of a configuration object, as `config_objects` keeps it. */
export interface ConfigObjectRow {
  readonly tenant: string;
  readonly cluster: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Unix ms at which Orrery learned of this version. */
  readonly seenAtMs: number;
  readonly resourceVersion: string;
  readonly deleted: boolean;
  /** JSON; '' where the object was deleted. */
  readonly object: string;
}

/** Columns of `config_objects`; one row for each version: (tenant, cluster, kind, name, seen_at). */
export const configObjectRow = tableRow<ConfigObjectRow>('config_objects', [
  column('tenant', lowCardinality, (row) => row.tenant),
  column('cluster', lowCardinality, (row) => row.cluster),
  column('api_version', lowCardinality, (row) => row.apiVersion),
  column('kind', lowCardinality, (row) => row.kind),
  column('namespace', lowCardinality, (row) => row.namespace),
  column('name', string, (row) => row.name),
  column('seen_at', dateTime64Ms, (row) => row.seenAtMs),
  column('resource_version', string, (row) => row.resourceVersion),
  column('deleted', bool, (row) => row.deleted),
  column('object', string, (row) => row.object),
]);
