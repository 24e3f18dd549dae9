import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { ConfigChangeReader } from '../validation/findings/ports.ts';

interface Row {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly changedMs: number;
}

/** What runs pods, or changes by itself all the time. */
const restless = ['Pod', 'Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Rollout', 'Node', 'Endpoints', 'EndpointSlice', 'WorkloadEntry'];
const mostObjects = 200_000;

/**
 * Reads when configuration changed from `config_objects`. Versions of one `metadata.generation` differ in status or labels
 * alone; what has no generation (manifests) is stored only when it says something else.
 */
export function createConfigChangeReader(store: Pick<Store, 'query'>): ConfigChangeReader {
  const at = (ms: number) => sql`fromUnixTimestamp64Milli(${param('Int64', Math.floor(ms))})`;
  return {
    async changedWithin(tenant, cluster, fromMs, toMs) {
      const rows = await store.query<Row>(sql`
        SELECT apiVersion, kind, namespace, name, max(began) AS changedMs
        FROM (
          SELECT api_version AS apiVersion, kind, namespace, name, min(toUnixTimestamp64Milli(seen_at)) AS began,
            JSONExtractString(object, 'metadata', 'uid') AS uid, JSONExtractInt(object, 'metadata', 'generation') AS generation
          FROM config_objects
          WHERE tenant = ${tenant} AND cluster = ${cluster} AND seen_at <= ${at(toMs)} AND NOT deleted AND (kind, namespace, name) IN (
            SELECT kind, namespace, name FROM config_objects
            WHERE tenant = ${tenant} AND cluster = ${cluster} AND seen_at > ${at(fromMs)} AND seen_at <= ${at(toMs)} AND kind NOT IN ${param('Array(String)', restless)})
          GROUP BY api_version, kind, namespace, name, uid, generation, if(generation = 0, seen_at, toDateTime64(0, 3))
        )
        GROUP BY apiVersion, kind, namespace, name HAVING changedMs > ${param('Int64', Math.floor(fromMs))} LIMIT ${mostObjects}`, { name: 'configuration that changed', timeoutMs: 15_000 });
      return rows.map(({ apiVersion, changedMs, ...place }) => ({ ...place, group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '', changedMs: Number(changedMs) }));
    },
  };
}
