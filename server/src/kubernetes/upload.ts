import type { ParseProblem } from '../validation/parse/parse-manifests.ts';
import { parseApart } from './parse-apart.ts';
import type { ClusterRecords } from './record-cluster.ts';
import { ConfigVersions } from './versions/config-versions.ts';
import { differenceOfManifests } from './versions/manifest-set.ts';

/** Manifests that somebody posted for a cluster. */
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
  /** Documents that could not be read, each with its place, the first 1,000; the others were taken. */
  readonly problems: readonly Omit<ParseProblem, 'file'>[];
}

/** Configuration that somebody sends instead of letting it be watched. */
export interface ConfigUploads {
  readonly mostBytes: number;
  /** Clusters that are watched: their configuration is not to be contradicted. */
  isWatched(cluster: string): boolean;
  /** True while as many wait as may: uploads are taken one after the other. */
  isFull(): boolean;
  upload(request: UploadRequest): Promise<UploadReport>;
}

/** Uploads that may wait for the one that is being read, and how long that may take. */
const mostWaiting = 8, readWithinMs = 60_000;
const mostProblems = 1_000;

/**
 * Takes manifests one request after the other, each compared with the newest versions in the store.
 * @param mostBytes of one upload; for whoever reads it @param watched clusters that a watch tells of @param now Unix milliseconds
 */
export function createConfigUploads(mostBytes: number, watched: ReadonlySet<string>, records: Pick<ClusterRecords, 'configHeads' | 'writeVersions'>, now: () => number): ConfigUploads {
  let last: Promise<unknown> = Promise.resolve(), waiting = 0;

  async function take({ cluster, namespace, isWhole, text }: UploadRequest): Promise<UploadReport> {
    const { objects, problems } = await parseApart({ file: 'upload', text, options: { cluster, defaultNamespace: namespace } }, readWithinMs);
    // What a document that cannot be read held may still stand.
    const { versions, kept } = differenceOfManifests(new ConfigVersions(cluster, await records.configHeads(cluster)), objects, isWhole && problems.length === 0 && objects.length > 0, now());
    if (versions.length > 0) await records.writeVersions(versions);
    return { objects: objects.length, kept, versions: versions.length, problems: shown(problems) };
  }

  return {
    mostBytes,
    isWatched: (cluster) => watched.has(cluster),
    isFull: () => waiting >= mostWaiting,
    async upload(request) {
      waiting++;
      const mine = last.then(() => take(request));
      last = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        waiting--;
      }
    },
  };
}

function shown(problems: readonly ParseProblem[]): UploadReport['problems'] {
  const first = problems.slice(0, mostProblems).map(({ line, column, message }) => ({ line, column, message }));
  const next = problems[mostProblems];
  return next === undefined ? first : [...first, { line: next.line, column: next.column, message: `and ${problems.length - mostProblems} more from here on` }];
}
