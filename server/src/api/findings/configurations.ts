import type { ConfigurationReader } from '../../validation/findings/ports.ts';
import { dayOf, validateCluster, type ValidatedCluster } from '../../validation/findings/validated-cluster.ts';

/** Validated configuration as it was at a time. */
export interface Configurations {
  /** [] where no configuration was known. @param atMs Unix ms */
  at(tenant: string, atMs: number): Promise<readonly ValidatedCluster[]>;
}

/** Clusters and times that are kept validated; the largest mesh that is promised takes about 100 MB. */
const mostKept = 4;

/** What has not changed is validated once, whoever asks; the least recently asked is given up first. */
export function createConfigurations(reader: ConfigurationReader): Configurations {
  const kept = new Map<string, Promise<ValidatedCluster>>();
  return {
    async at(tenant, atMs) {
      const marks = await reader.marks(tenant, atMs);
      return Promise.all(marks.map(({ cluster, seenMs, writtenMs }) => {
        const key = JSON.stringify([tenant, cluster, seenMs, writtenMs, dayOf(atMs)]);
        const validated = kept.get(key) ?? reader.objectsAt(tenant, cluster, atMs).then((objects) => validateCluster(cluster, objects, dayOf(atMs)));
        kept.delete(key);
        kept.set(key, validated);
        validated.catch(() => kept.delete(key));
        for (const old of kept.keys()) if (kept.size > Math.max(mostKept, marks.length)) kept.delete(old);
        return validated;
      }));
    },
  };
}
