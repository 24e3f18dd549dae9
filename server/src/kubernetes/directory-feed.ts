import type { JobReport } from '../jobs/leased-job.ts';
import type { KubernetesConfig } from './config.ts';
import { fingerprintOf, readDirectory } from './directory-source.ts';
import { isToldAsConfig } from './happenings/cluster-happenings.ts';
import { manifestChange } from './happenings/config-changes.ts';
import type { ClusterRecords } from './record-cluster.ts';
import { resourceId, watchedResources } from './resources.ts';
import { configKey, groupOf, type ConfigHead, type ConfigVersion } from './versions/config-version.ts';
import { ConfigVersions } from './versions/config-versions.ts';
import { differenceOfManifests } from './versions/manifest-set.ts';

export interface DirectoryFeedDeps {
  readonly records: Pick<ClusterRecords, 'configHeads' | 'writeHappenings' | 'writeVersions'>;
  readonly now: () => number;
}

/** Kinds of which a change is an event by itself. */
const toldKinds: ReadonlySet<string> = new Set(watchedResources.filter((one) => isToldAsConfig(resourceId(one))).map(({ group, kind }) => `${group}/${kind}`));

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

const readAnewMs = 24 * 3_600_000;
const idle: JobReport = { lagSeconds: 0, written: 0, pending: 0 };

/**
 * The directory is taken as a whole: what is no longer in it has gone. Where a document of it cannot be read, nothing is
 * ended, because what it held may still stand. Files that are as they were are not read again, but once a day, when what
 * stands for long is written anew. What changes is an event, too; what the first reading of all brings was there before.
 */
export function createDirectoryFeed({ cluster, path, namespace }: KubernetesConfig['directories'][number], { records, now }: DirectoryFeedDeps): DirectoryFeed {
  let problem = '', objects = 0, readMs = 0, known: ConfigVersions | undefined, before = new Map<string, ConfigHead | ConfigVersion>(), fingerprint = '', wholeMs = 0;
  return {
    cluster, path,
    async run() {
      const present = await fingerprintOf([path]);
      readMs = now();
      if (known !== undefined && present === fingerprint && readMs - wholeMs < readAnewMs) return idle;
      const contents = await readDirectory([path], { cluster, defaultNamespace: namespace });
      const first = contents.problems[0];
      problem = first === undefined ? '' : `${first.file}:${first.line}:${first.column}: ${first.message}${contents.problems.length > 1 ? ` (and ${contents.problems.length - 1} more)` : ''}`;
      const heads = known === undefined ? await records.configHeads(cluster) : null;
      const against = known ?? new ConfigVersions(cluster, heads ?? []);
      if (heads !== null) before = new Map(heads.filter(({ deleted }) => !deleted).map((head) => [configKey(head), head]));
      // Until it is written, what is known is what the store had.
      known = undefined;
      const { versions, kept } = differenceOfManifests(against, contents.objects, first === undefined, now());
      if (versions.length > 0) await records.writeVersions(versions);
      const happenings = before.size === 0 ? [] : versions.filter(({ apiVersion, kind }) => toldKinds.has(`${groupOf(apiVersion)}/${kind}`)).flatMap((version) => manifestChange(version, before.get(configKey(version))) ?? []);
      if (happenings.length > 0) await records.writeHappenings(cluster, happenings);
      for (const version of versions) {
        if (version.deleted) before.delete(configKey(version));
        else before.set(configKey(version), version);
      }
      known = against;
      fingerprint = present;
      wholeMs = readMs;
      objects = kept;
      return { lagSeconds: 0, written: versions.length, pending: 0 };
    },
    reset: () => void (known = undefined),
    problem: () => problem,
    objects: () => objects,
    readMs: () => readMs,
  };
}
