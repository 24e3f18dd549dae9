import type { JobReport } from '../jobs/leased-job.ts';
import type { KubernetesConfig } from './config.ts';
import { readDirectory } from './directory-source.ts';
import type { ClusterRecords } from './record-cluster.ts';
import { differenceOfManifests } from './versions/manifest-set.ts';

export interface DirectoryFeedDeps {
  readonly records: Pick<ClusterRecords, 'configHeads' | 'writeVersions'>;
  readonly now: () => number;
}

/** A directory of manifests that stands for a cluster's configuration. */
export interface DirectoryFeed {
  readonly cluster: string;
  readonly path: string;
  /** Reads it again and writes what changed. */
  run(): Promise<JobReport>;
  reset(): void;
  /** Documents that could not be read, in words; `''` where all could. */
  problem(): string;
  objects(): number;
  /** Unix ms of the last reading, 0 before. */
  readMs(): number;
}

/**
 * The directory is taken as a whole: what is no longer in it has gone. Where a document of it cannot be read, nothing is
 * ended, because what it held may still stand.
 */
export function createDirectoryFeed({ cluster, path, namespace }: KubernetesConfig['directories'][number], { records, now }: DirectoryFeedDeps): DirectoryFeed {
  let problem = '', objects = 0, readMs = 0;
  return {
    cluster, path,
    async run() {
      const contents = await readDirectory([path], { cluster, defaultNamespace: namespace });
      const first = contents.problems[0];
      problem = first === undefined ? '' : `${first.file}:${first.line}:${first.column}: ${first.message}${contents.problems.length > 1 ? ` (and ${contents.problems.length - 1} more)` : ''}`;
      const { versions, kept } = differenceOfManifests(cluster, contents.objects, await records.configHeads(cluster), first === undefined, now());
      if (versions.length > 0) await records.writeVersions(versions);
      objects = kept;
      readMs = now();
      return { lagSeconds: 0, written: versions.length, pending: 0 };
    },
    reset: () => undefined,
    problem: () => problem,
    objects: () => objects,
    readMs: () => readMs,
  };
}
