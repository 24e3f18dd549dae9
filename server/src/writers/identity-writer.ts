import { createHash } from 'node:crypto';
import { column, encodeBlock, tableRow } from '@orrery/collectors/store/native-block';
import { array, dateTime64Ms, lowCardinality, string, uint32 } from '@orrery/collectors/store/native-types';
import type { Store } from '@orrery/collectors/store/store';
import type { IdentityInterval } from '../identity/intervals.ts';
import { openEndMs } from '../readers/open-address-reader.ts';

/** An interval as it is stored; of those with the same address, port, start and source the one written last stands. */
export interface StoredIdentity extends Omit<IdentityInterval, 'toMs'> {
  readonly tenant: string;
  readonly pod: string;
  /** Unix ms; null while it stands. */
  readonly toMs: number | null;
}

const identityRow = tableRow<StoredIdentity>('identities', [
  column('tenant', lowCardinality, (row) => row.tenant),
  column('network', lowCardinality, (row) => row.network),
  column('address', string, (row) => row.address),
  column('port', uint32, (row) => row.port),
  column('valid_from', dateTime64Ms, (row) => row.fromMs),
  column('source', lowCardinality, (row) => row.source),
  column('valid_to', dateTime64Ms, (row) => row.toMs ?? openEndMs),
  column('cluster', lowCardinality, (row) => row.entity.cluster),
  column('namespace', lowCardinality, (row) => row.entity.namespace),
  column('entity_kind', lowCardinality, (row) => row.entity.kind),
  column('entity_name', string, (row) => row.entity.name),
  column('app', string, (row) => row.entity.app),
  column('version', string, (row) => row.entity.version),
  column('services', array(lowCardinality), (row) => row.services),
  column('pod', string, (row) => row.pod),
  column('node', lowCardinality, (row) => row.node),
  column('zone', lowCardinality, (row) => row.zone),
]);

const columns = identityRow.columns.map((one) => one.name);
const mostRows = 10_000;

/** Writes intervals; the same ones again are the same rows again. */
export async function writeIdentities(store: Pick<Store, 'insertNative'>, rows: readonly StoredIdentity[]): Promise<void> {
  for (let start = 0; start < rows.length; start += mostRows) {
    const block = encodeBlock(identityRow, rows.slice(start, start + mostRows));
    await store.insertNative(identityRow.table, columns, block, `${identityRow.table}:${createHash('sha256').update(block).digest('hex')}`);
  }
}
