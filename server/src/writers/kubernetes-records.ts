import { createHash } from 'node:crypto';
import { encodeBlock, column, tableRow, type TableRow } from '@orrery/collectors/store/native-block';
import { dateTime64Ms, lowCardinality, string } from '@orrery/collectors/store/native-types';
import type { Store } from '@orrery/collectors/store/store';
import type { Happening } from '../kubernetes/happenings/happening.ts';
import type { ClusterRecords } from '../kubernetes/record-cluster.ts';
import type { ConfigReader } from '../readers/config-reader.ts';
import type { OpenAddressReader } from '../readers/open-address-reader.ts';
import type { ConfigWriter } from './config-writer.ts';
import { writeIdentities } from './identity-writer.ts';

interface Row<T> { readonly tenant: string; readonly cluster: string; readonly value: T }

const eventRow = tableRow<Row<Happening>>('events', [
  column('tenant', lowCardinality, ({ tenant }) => tenant),
  column('time', dateTime64Ms, ({ value }) => value.timeMs),
  column('id', string, ({ cluster, value }) => createHash('sha256').update(`kubernetes|${cluster}|${value.id}`).digest('hex').slice(0, 32)),
  column('kind', lowCardinality, ({ value }) => value.kind),
  column('end_time', dateTime64Ms, ({ value }) => value.endMs),
  column('title', string, ({ value }) => value.title),
  column('body', string, ({ value }) => value.body),
  column('cluster', lowCardinality, ({ cluster }) => cluster),
  column('namespace', lowCardinality, ({ value }) => value.namespace),
  column('entity_kind', lowCardinality, ({ value }) => (value.workload === '' ? '' : 'workload')),
  column('entity_name', string, ({ value }) => value.workload),
  column('before', string, ({ value }) => value.before),
  column('after', string, ({ value }) => value.after),
  column('source', lowCardinality, () => 'kubernetes'),
  column('url', string, () => ''),
]);

const mostRows = 10_000;

/** Where a cluster's watch is written down: identities, events and versions of configuration. */
export function createKubernetesRecords(tenant: string, store: Pick<Store, 'insertNative'>, config: { readonly reader: ConfigReader; readonly writer: ConfigWriter }, open: OpenAddressReader): ClusterRecords {
  async function insert<T>(declaration: TableRow<Row<T>>, cluster: string, values: readonly T[]): Promise<void> {
    const columns = declaration.columns.map((one) => one.name);
    for (let start = 0; start < values.length; start += mostRows) {
      const block = encodeBlock(declaration, values.slice(start, start + mostRows).map((value) => ({ tenant, cluster, value })));
      await store.insertNative(declaration.table, columns, block, tokenOf(declaration.table, block));
    }
  }
  return {
    openAddresses: (cluster) => open.openAddresses(tenant, cluster),
    configHeads: (cluster) => config.reader.heads(tenant, cluster),
    writeAddresses: (_cluster, intervals) => writeIdentities(store, intervals.map((interval) => ({ ...interval, tenant, source: 'kubernetes' }))),
    writeHappenings: (cluster, happenings) => insert(eventRow, cluster, happenings),
    writeVersions: (versions) => config.writer.versions(tenant, versions, `config:${versions.length}:${versions[0]?.seenAtMs ?? 0}:${createHash('sha256').update(versions.map(({ digest, name, seenAtMs }) => `${name}${digest}${seenAtMs}`).join()).digest('hex')}`),
  };
}

/** The same block again is the same rows again. */
function tokenOf(table: string, block: Uint8Array): string {
  return `${table}:${createHash('sha256').update(block).digest('hex')}`;
}
