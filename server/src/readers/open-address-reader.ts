import type { Entity } from '@orrery/collectors/model/entity';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { AddressInterval } from '../kubernetes/addresses/owned-addresses.ts';

/** `valid_to` of an interval whose end is not known yet. */
export const openEndMs = Date.UTC(2200, 0, 1);

/** Reads what an earlier run of a cluster's watch left open. */
export interface OpenAddressReader {
  openAddresses(tenant: string, cluster: string): Promise<readonly AddressInterval[]>;
}

interface OpenRow extends Omit<AddressInterval, 'entity' | 'toMs'>, Omit<Entity, 'kind' | 'name'> {
  readonly entityKind: Entity['kind'];
  readonly entityName: string;
}

/** Several times the addresses of the largest cluster that Kubernetes supports. */
const mostOpen = 1_000_000;

export function createOpenAddressReader(store: Pick<Store, 'query'>): OpenAddressReader {
  return {
    async openAddresses(tenant, cluster) {
      const rows = await store.query<OpenRow>(sql`
        SELECT network, address, port, toUnixTimestamp64Milli(valid_from) AS fromMs, cluster, namespace, entity_kind AS entityKind, entity_name AS entityName, app, version, services, pod, node, zone
        FROM identities FINAL
        WHERE tenant = ${tenant} AND source = 'kubernetes' AND cluster = ${cluster} AND valid_to = fromUnixTimestamp64Milli(${param('Int64', openEndMs)})
        ORDER BY fromMs LIMIT ${mostOpen}`, { name: 'open addresses', timeoutMs: 30_000 });
      return rows.map(({ network, address, port, fromMs, namespace, entityKind, entityName, app, version, services, pod, node, zone }) => ({
        network, address, port, fromMs, toMs: null, services, pod, node, zone, entity: { cluster, namespace, kind: entityKind, name: entityName, app, version },
      }));
    },
  };
}
