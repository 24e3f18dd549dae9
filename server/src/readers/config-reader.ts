import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { ConfigHead } from '../kubernetes/versions/config-version.ts';
import type { ConfigMark, ConfigurationReader } from '../validation/findings/ports.ts';
import { isMap } from '../validation/model/fields.ts';
import { toConfigObject, type ConfigObject } from '../validation/model/config-object.ts';

/** Reads configuration as it was at a time. */
export interface ConfigReader extends ConfigurationReader {
  /** Clusters whose configuration is known at that time, in order of their names. */
  clusters(tenant: string, atMs: number): Promise<readonly string[]>;
  /** What stood at a time: of each object the newest version not after it, without those deleted by then. `cluster` null = all. */
  objectsAt(tenant: string, cluster: string | null, atMs: number): Promise<readonly ConfigObject[]>;
  /** Newest versions of a cluster's objects, without what they say. */
  heads(tenant: string, cluster: string): Promise<readonly ConfigHead[]>;
  /** What versions stored since a time, Unix ms by the store's clock, say now: the newest of each object, in every API version that it was stored in. */
  changes(tenant: string, cluster: string, writtenSinceMs: number): Promise<readonly ConfigChange[]>;
}

/** An object as its newest version has it, or the place of one that was deleted. */
export type ConfigChange = { readonly object: ConfigObject } | { readonly deleted: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string } };

/** Objects of one answer; twenty times the largest mesh that is promised. */
const mostObjects = 200_000;

export function createConfigReader(store: Pick<Store, 'query'>): ConfigReader {
  const at = (atMs: number): Sql => sql`fromUnixTimestamp64Milli(${param('Int64', Math.floor(atMs))})`;
  return {
    async clusters(tenant, atMs) {
      const rows = await store.query<{ readonly cluster: string }>(sql`
        SELECT DISTINCT cluster FROM config_objects WHERE tenant = ${tenant} AND seen_at <= ${at(atMs)} ORDER BY cluster LIMIT 1000`, { name: 'clusters with configuration' });
      return rows.map(({ cluster }) => cluster);
    },

    async objectsAt(tenant, cluster, atMs) {
      const ofCluster = cluster === null ? sql`` : sql`AND cluster = ${cluster}`;
      const rows = await store.query<{ readonly cluster: string; readonly object: string }>(sql`
        SELECT cluster, tupleElement(newest, 1) AS object
        FROM (
          SELECT cluster, argMax((object, deleted), (seen_at, written_at)) AS newest
          FROM config_objects WHERE tenant = ${tenant} ${ofCluster} AND seen_at <= ${at(atMs)}
          GROUP BY cluster, api_version, kind, namespace, name
        )
        WHERE NOT tupleElement(newest, 2) LIMIT ${mostObjects}`, { name: 'configuration at a time', timeoutMs: 30_000 });
      return rows.flatMap((row) => decode(row));
    },

    async marks(tenant, atMs) {
      const rows = await store.query<ConfigMark>(sql`
        SELECT cluster, toUnixTimestamp64Milli(max(seen_at)) AS seenMs, toUnixTimestamp64Milli(max(written_at)) AS writtenMs
        FROM config_objects WHERE tenant = ${tenant} AND seen_at <= ${at(atMs)} GROUP BY cluster ORDER BY cluster LIMIT 1000`, { name: 'configuration marks' });
      return rows.map(({ cluster, seenMs, writtenMs }) => ({ cluster, seenMs: Number(seenMs), writtenMs: Number(writtenMs) }));
    },

    async changes(tenant, cluster, writtenSinceMs) {
      const rows = await store.query<{ readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string; readonly newest: readonly [string, boolean | number] }>(sql`
        SELECT api_version AS apiVersion, kind, namespace, name, argMax((object, deleted), (seen_at, written_at)) AS newest
        FROM config_objects
        WHERE tenant = ${tenant} AND cluster = ${cluster} AND (kind, namespace, name) IN (
          SELECT kind, namespace, name FROM config_objects WHERE tenant = ${tenant} AND cluster = ${cluster} AND written_at >= ${at(writtenSinceMs)})
        GROUP BY api_version, kind, namespace, name LIMIT ${mostObjects}`, { name: 'changes of configuration', timeoutMs: 30_000 });
      return rows.flatMap(({ newest: [object, deleted], ...place }): ConfigChange[] => (deleted ? [{ deleted: place }] : decode({ cluster, object }).map((one) => ({ object: one }))));
    },

    heads: (tenant, cluster) => store.query<ConfigHead>(sql`
      SELECT cluster, apiVersion, kind, namespace, name, seenAtMs, tupleElement(newest, 1) AS resourceVersion, tupleElement(newest, 2) AS deleted, lower(hex(SHA256(tupleElement(newest, 3)))) AS digest
      FROM (
        SELECT cluster, api_version AS apiVersion, kind, namespace, name, toUnixTimestamp64Milli(max(seen_at)) AS seenAtMs,
          argMax((resource_version, deleted, object), (seen_at, written_at)) AS newest
        FROM config_objects WHERE tenant = ${tenant} AND cluster = ${cluster}
        GROUP BY cluster, api_version, kind, namespace, name
      )
      WHERE NOT tupleElement(newest, 2) LIMIT ${mostObjects}`, { name: 'newest configuration', timeoutMs: 30_000 }),
  };
}

/** What was stored was read before; a row that is no object is left out rather than failing its neighbours. */
function decode({ cluster, object }: { readonly cluster: string; readonly object: string }): ConfigObject[] {
  let body: unknown;
  try {
    body = JSON.parse(object) as unknown;
  } catch {
    return [];
  }
  const answer = isMap(body) ? toConfigObject(body, { cluster, defaultNamespace: '' }) : undefined;
  return answer?.ok === true ? [answer.object] : [];
}
