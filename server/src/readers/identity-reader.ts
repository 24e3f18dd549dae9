import type { Entity } from '@orrery/collectors/model/entity';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { IdentityIntervals, type IdentityInterval } from '../identity/intervals.ts';

/** Reads who owned addresses. Times in Unix ms. */
export interface IdentityReader {
  /** Owners of some addresses at any time of the minutes before `toMs`. Of more than 20,000 addresses the rest is left out. */
  intervals(tenant: string, addresses: readonly string[], toMs: number): Promise<IdentityIntervals>;
  /** Networks in which each known cluster has addresses. */
  networks(tenant: string): Promise<ReadonlyMap<string, readonly string[]>>;
}

interface IntervalRow extends Omit<IdentityInterval, 'entity'>, Omit<Entity, 'kind' | 'name'> {
  readonly entityKind: Entity['kind'];
  readonly entityName: string;
}

const mostAddresses = 20_000, mostRows = 200_000;
/** Latest owners of one address that are read: an address is not given away more often in the minute of one computation. */
const ownersOfAddress = 16;
const mostClusters = 10_000;
const timeoutMs = 10_000;

export function createIdentityReader(store: Pick<Store, 'query'>): IdentityReader {
  return {
    async intervals(tenant, addresses, toMs) {
      const asked = [...new Set(addresses)].sort().slice(0, mostAddresses);
      if (asked.length === 0) return new IdentityIntervals([]);
      const rows = await store.query<IntervalRow>(sql`
        SELECT network, address, port, source, toUnixTimestamp64Milli(valid_from) AS fromMs, toUnixTimestamp64Milli(valid_to) AS toMs,
          cluster, namespace, entity_kind AS entityKind, entity_name AS entityName, app, version, services, node, zone
        FROM identities FINAL
        WHERE tenant = ${tenant} AND address IN ${param('Array(String)', asked)} AND valid_from < fromUnixTimestamp64Milli(${param('Int64', Math.ceil(toMs))})
        ORDER BY valid_from DESC LIMIT ${ownersOfAddress} BY address, network, port, source LIMIT ${mostRows}`, { name: 'owners of addresses', timeoutMs });
      return new IdentityIntervals(rows.map(({ cluster, namespace, entityKind, entityName, app, version, fromMs, toMs, ...row }) => ({
        ...row, fromMs: Number(fromMs), toMs: Number(toMs), entity: { cluster, namespace, kind: entityKind, name: entityName, app, version },
      })));
    },

    async networks(tenant) {
      const rows = await store.query<{ cluster: string; networks: readonly string[] }>(sql`
        SELECT cluster, groupUniqArray(network) AS networks FROM identities WHERE tenant = ${tenant} GROUP BY cluster LIMIT ${mostClusters}`, { name: 'networks of clusters', timeoutMs });
      return new Map(rows.map((row) => [row.cluster, row.networks]));
    },
  };
}
