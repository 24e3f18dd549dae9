import type { Entity } from '@orrery/collectors/model/entity';
import { identifier, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { Sighting } from '../identity/seen-owners.ts';

/** Reads who was seen with which address. */
export interface SightingReader {
  /** In what was stored since `sinceMs` (Unix ms, of the store's clock), of any tenant. Of more than 100,000 of a source the rest is left out. */
  since(sinceMs: number): Promise<readonly Sighting[]>;
}

interface SightingRow extends Omit<Sighting, 'entity' | 'network'> {
  readonly entity: readonly [string, string, Entity['kind'], string, string, string];
}

const mostRows = 100_000;
const timeoutMs = 20_000;
/** Longer stretches are told apart: an address may have changed hands in between and back. */
const slotSeconds = 60;
const nameable = sql`('workload', 'app', 'gateway', 'waypoint')`;

/**
 * - Flows, where Hubble names the pod (a packet of a proxy has the address of the node, and no pod); an end with a zone
 *   is on the node that saw it.
 * - Spans, where the resource has `k8s.pod.ip`, or a proxy its node id `<type>~<address>~<pod>.<namespace>~<domain>`.
 * - Entries of access logs, whose proxies name themselves so.
 */
export function createSightingReader(store: Pick<Store, 'query'>): SightingReader {
  return {
    async since(sinceMs) {
      const fresh = sql`inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))})`;
      const questions: readonly (readonly [string, Sql])[] = [
        ['hubble', sql`${ofFlows('source', fresh)} UNION ALL ${ofFlows('destination', fresh)}`],
        ['telemetry', ofSpans(fresh)],
        ['proxy', ofAccessLogs(fresh)],
      ];
      const found = await Promise.all(questions.map(async ([source, seen]) => {
        const rows = await store.query<SightingRow>(sql`
          SELECT tenant, address, owner, ${source} AS source, max(named) AS pod, argMax(who, who[4] != '' AND who[5] != '') AS entity, max(at) AS node, max(around) AS zone, min(ms) AS fromMs, max(ms) AS toMs
          FROM (${seen}) GROUP BY tenant, address, owner, who[1], intDiv(ms, ${slotSeconds * 1000}) LIMIT ${mostRows}`, { name: `addresses seen: ${source}`, timeoutMs });
        return rows.map(({ entity: [cluster, namespace, kind, name, app, version], ...row }): Sighting =>
          ({ ...row, network: cluster, fromMs: Number(row.fromMs), toMs: Number(row.toMs), entity: { cluster, namespace, kind, name, app, version } }));
      }));
      return found.flat();
    },
  };
}

function ofFlows(end: 'source' | 'destination', fresh: Sql): Sql {
  const of = (column: string): Sql => identifier(`${end}_${column}`);
  return sql`
    SELECT tenant, ${of('ip')} AS address, concat(${of('namespace')}, '/', ${of('pod')}) AS owner, ${of('pod')} AS named, ${entity(of)} AS who,
      if(${of('zone')} = '', '', toString(node)) AS at, toString(${of('zone')}) AS around, toUnixTimestamp64Milli(time) AS ms
    FROM flows WHERE ${fresh} AND ${of('pod')} != '' AND ${of('ip')} != '' AND ${of('kind')} IN ${nameable}`;
}

function ofSpans(fresh: Sql): Sql {
  return sql`
    SELECT tenant, if(is_proxy, splitByChar('~', attributes['node_id'])[2], resource_attributes['k8s.pod.ip']) AS address, arrayStringConcat(who, '/') AS owner, resource_attributes['k8s.pod.name'] AS named,
      ${entity(ofTeller)} AS who, resource_attributes['k8s.node.name'] AS at, resource_attributes['cloud.availability_zone'] AS around, toUnixTimestamp64Milli(start) AS ms
    FROM spans WHERE ${fresh} AND entity_kind IN ${nameable} AND (isIPv4String(address) OR isIPv6String(address))`;
}

function ofAccessLogs(fresh: Sql): Sql {
  return sql`
    SELECT tenant, toString(node_address) AS address, toString(node) AS owner, splitByChar('~', owner)[3] AS named, ${entity(ofTeller)} AS who, '' AS at, '' AS around, toUnixTimestamp64Milli(start) AS ms
    FROM access_logs WHERE ${fresh} AND node_address != '' AND entity_kind IN ${nameable}`;
}

/** Names of the columns that say who told: kind and name have a prefix, for a span has a kind and a name of its own. */
function ofTeller(column: string): Sql {
  return identifier(column === 'kind' || column === 'name' ? `entity_${column}` : column);
}

function entity(of: (column: string) => Sql): Sql {
  return sql`[toString(${of('cluster')}), toString(${of('namespace')}), toString(${of('kind')}), toString(${of('name')}), toString(${of('app')}), toString(${of('version')})]`;
}
