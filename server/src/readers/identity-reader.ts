import type { Entity } from '@orrery/collectors/model/entity';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { IdentityIntervals, type IdentityInterval } from '../identity/intervals.ts';
import { ServiceIntervals, type ServiceInterval } from '../identity/service-intervals.ts';

/** Reads who owned addresses. Times in Unix ms. */
export interface IdentityReader {
  /** Owners of some addresses at any time of the minutes before `toMs`. Of more than 20,000 addresses the rest is left out. */
  intervals(tenant: string, addresses: readonly string[], toMs: number): Promise<IdentityIntervals>;
  /** Services by `<service>.<namespace>`, as Kubernetes had them at some time in [fromMs, toMs). Of more than 20,000 names the rest is left out. */
  services(tenant: string, names: readonly string[], fromMs: number, toMs: number): Promise<ServiceIntervals>;
  /** Networks in which each known cluster has addresses. */
  networks(tenant: string): Promise<ReadonlyMap<string, readonly string[]>>;
}

interface OwnerRow extends Omit<Entity, 'kind' | 'name'> {
  readonly entityKind: Entity['kind'];
  readonly entityName: string;
}
type IntervalRow = OwnerRow & Omit<IdentityInterval, 'entity'>;
type ServiceRow = OwnerRow & Omit<ServiceInterval, 'entity'>;

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
      return new IdentityIntervals(rows.map(({ network, address, port, source, fromMs, toMs: to, services, node, zone, ...owner }) => ({
        network, address, port, source, fromMs: Number(fromMs), toMs: Number(to), services, node, zone, entity: entityOf(owner),
      })));
    },

    async services(tenant, names, fromMs, toMs) {
      const asked = [...new Set(names)].sort().slice(0, mostAddresses);
      if (asked.length === 0) return new ServiceIntervals([]);
      const rows = await store.query<ServiceRow>(sql`
        SELECT DISTINCT arrayJoin(services) AS host, splitByString('.svc', host)[1] AS name, network, toUnixTimestamp64Milli(valid_from) AS fromMs, toUnixTimestamp64Milli(valid_to) AS toMs,
          cluster, namespace, entity_kind AS entityKind, entity_name AS entityName, app, version
        FROM identities FINAL
        WHERE tenant = ${tenant} AND source = 'kubernetes' AND notEmpty(services) AND has(${param('Array(String)', asked)}, name)
          AND valid_from < fromUnixTimestamp64Milli(${param('Int64', Math.ceil(toMs))}) AND valid_to > fromUnixTimestamp64Milli(${param('Int64', Math.floor(fromMs))})
        ORDER BY name, host, entityKind, entityName, version, fromMs LIMIT ${mostRows}`, { name: 'owners of service names', timeoutMs });
      return new ServiceIntervals(rows.map(({ name, host, network, fromMs: from, toMs: to, ...owner }) => ({ name, host, network, fromMs: Number(from), toMs: Number(to), entity: entityOf(owner) })));
    },

    async networks(tenant) {
      const rows = await store.query<{ cluster: string; networks: readonly string[] }>(sql`
        SELECT cluster, groupUniqArray(network) AS networks FROM identities WHERE tenant = ${tenant} GROUP BY cluster LIMIT ${mostClusters}`, { name: 'networks of clusters', timeoutMs });
      return new Map(rows.map((row) => [row.cluster, row.networks]));
    },
  };
}

function entityOf({ cluster, namespace, entityKind, entityName, app, version }: OwnerRow): Entity {
  return { cluster, namespace, kind: entityKind, name: entityName, app, version };
}
