import { parseManifests, type ParseProblem } from '../validation/parse/parse-manifests.ts';
import type { ClusterRecords } from './record-cluster.ts';
import { ConfigVersions } from './versions/config-versions.ts';
import { differenceOfManifests } from './versions/manifest-set.ts';

export interface UploadRequest {
  readonly cluster: string;
  /** Of objects that name none. */
  readonly namespace: string;
  /** True where the upload is all there is of the cluster: what is not in it has gone. */
  readonly isWhole: boolean;
  /** YAML documents, or JSON. */
  readonly text: string;
}

/** What became of an upload. */
export interface UploadReport {
  /** Objects that were read. */
  readonly objects: number;
  /** Of those, how many are of kinds that are kept. */
  readonly kept: number;
  /** New versions, ends included. */
  readonly versions: number;
  /** Documents that could not be read, each with its place; the others were taken. */
  readonly problems: readonly Omit<ParseProblem, 'file'>[];
}

/** Configuration that somebody sends instead of letting it be watched. */
export interface ConfigUploads {
  readonly mostBytes: number;
  /** Clusters that are watched: their configuration is not to be contradicted. */
  isWatched(cluster: string): boolean;
  upload(request: UploadRequest): Promise<UploadReport>;
}

export function createConfigUploads(mostBytes: number, watched: ReadonlySet<string>, records: Pick<ClusterRecords, 'configHeads' | 'writeVersions'>, now: () => number): ConfigUploads {
  return {
    mostBytes,
    isWatched: (cluster) => watched.has(cluster),
    async upload({ cluster, namespace, isWhole, text }) {
      const { objects, problems } = parseManifests('upload', text, { cluster, defaultNamespace: namespace });
      // What a document that cannot be read held may still stand.
      const { versions, kept } = differenceOfManifests(new ConfigVersions(cluster, await records.configHeads(cluster)), objects, isWhole && problems.length === 0 && objects.length > 0, now());
      if (versions.length > 0) await records.writeVersions(versions);
      return { objects: objects.length, kept, versions: versions.length, problems: problems.map(({ line, column, message }) => ({ line, column, message })) };
    },
  };
}
