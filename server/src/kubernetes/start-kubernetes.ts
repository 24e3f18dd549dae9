import type { SourceReport } from '@orrery/collectors/model/source-report';
import type { Store } from '@orrery/collectors/store/store';
import type { Logger } from 'pino';
import { runLeased, type JobStatus, type RunningJob } from '../jobs/leased-job.ts';
import type { ClusterApi } from './cluster-api.ts';
import type { ClusterConfig, KubernetesConfig } from './config.ts';
import { createDirectoryFeed, type DirectoryFeed } from './directory-feed.ts';
import type { LiveCluster } from './inventory/inventory-reader.ts';
import { openClusterApi } from './kubeconfig-api.ts';
import { ClusterRecorder, type ClusterRecords } from './record-cluster.ts';
import { watchedResources } from './resources.ts';
import { watchCluster, type ClusterWatch, type ResourceStatus } from './watch-cluster.ts';

export interface KubernetesDeps {
  readonly tenant: string;
  readonly store: Pick<Store, 'query' | 'insertNative'>;
  readonly records: ClusterRecords;
  readonly log: { report(report: SourceReport): void };
  readonly logger: Logger;
  /** Unix ms. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Unique to this process. */
  readonly holder: string;
}

/** What a cluster's connection says of itself. */
export interface ClusterStatus {
  readonly cluster: string;
  /** Why the API server cannot be asked, `''` while it can. */
  readonly problem: string;
  readonly resources: readonly ResourceStatus[];
  /** Rows waiting for the store. */
  readonly pending: number;
}

/** Watches of all configured clusters. What a cluster says is written by the one process that holds its lease. */
export interface RunningKubernetes {
  readonly clusters: readonly LiveCluster[];
  statuses(): readonly ClusterStatus[];
  jobs(): readonly JobStatus[];
  stop(): Promise<void>;
}

interface Cluster {
  readonly name: string;
  readonly watch: ClusterWatch;
  readonly recorder: ClusterRecorder;
  readonly job: RunningJob;
}

const flushMs = 1_000;
/** How often directories are looked at; what has not changed is not read. */
const lookMs = 5_000;
const reportMs = 10_000;
const reopenMs = 30_000;

/** Follows every configured cluster and directory, and writes down what they say. A cluster that cannot be reached stops no other. */
export function startKubernetes(config: KubernetesConfig, deps: KubernetesDeps): RunningKubernetes {
  const clusters = config.clusters.map((cluster) => startCluster(cluster, config, deps));
  const directories = config.directories.map((directory) => {
    const feed = createDirectoryFeed(directory, deps);
    return { feed, job: runLeased({ name: `directory ${directory.cluster} ${directory.path}`, run: () => feed.run(), reset: () => feed.reset() }, lookMs, deps.store, deps.holder, deps.logger, deps.now) };
  });
  const troubled = new Set<string>();
  const reporter = setInterval(() => report(clusters, directories.map(({ feed }) => feed), troubled, deps), reportMs);
  return {
    clusters: clusters.map(({ name, watch }) => ({ name, known: watch })),
    statuses: () => clusters.map(({ name, watch, recorder }) => ({ cluster: name, problem: watch.problem(), resources: watch.statuses(), pending: recorder.pending })),
    jobs: () => [...clusters, ...directories].map(({ job }) => job.status()),
    async stop() {
      clearInterval(reporter);
      await Promise.all([...clusters.map(stopCluster), ...directories.map(({ job }) => job.stop())]);
    },
  };
}

/** What was seen last is written, by the one that writes. */
async function stopCluster({ watch, job, recorder }: Cluster): Promise<void> {
  await Promise.all([watch.stop(), job.stop()]);
  if (job.status().leading && recorder.pending > 0) await recorder.flush().catch(() => undefined);
}

function startCluster(config: ClusterConfig, { quietSeconds, watchSeconds, discoverySeconds }: KubernetesConfig, deps: KubernetesDeps): Cluster {
  const { now, random, logger } = deps, { name } = config;
  let recorder: ClusterRecorder | undefined;
  const watch = watchCluster(lazyApi(config, quietSeconds * 1000, logger, now), watchedResources, {
    now, random, watchSeconds, discoverySeconds,
    onChange: (change) => recorder?.onChange(change),
    onFailure: (resource, failure) => logger.debug({ cluster: name, resource, failure }, 'a watch was interrupted'),
    onError: (err) => logger.error({ cluster: name, err }, 'a change of the cluster could not be taken in'),
  });
  const made = recorder = new ClusterRecorder({ cluster: name, network: config.network ?? name, clusterDomain: config.clusterDomain, resources: watchedResources, known: watch, records: deps.records, now });
  const job = runLeased({
    name: `kubernetes ${name}`,
    async run() {
      const written = await made.flush();
      return { lagSeconds: 0, written, pending: made.pending };
    },
    reset: () => made.reset(),
  }, flushMs, deps.store, deps.holder, logger, now);
  return { name, watch, recorder: made, job };
}

/** Opens the connection when it is first used and, where the kubeconfig cannot be read, tries again later: a start needs no cluster. */
function lazyApi(config: ClusterConfig, quietMs: number, logger: Logger, now: () => number): ClusterApi {
  let api: Promise<ClusterApi> | undefined, triedMs = 0, problem = '';
  const open = async (): Promise<ClusterApi | undefined> => {
    if (problem !== '' && now() - triedMs < reopenMs) return undefined;
    try {
      const opened = await (api ??= openClusterApi(config, { quietMs, now }));
      problem = '';
      return opened;
    } catch (error) {
      api = undefined;
      triedMs = now();
      const message = error instanceof Error ? error.message : String(error);
      if (message !== problem) logger.warn({ cluster: config.name, problem: message }, 'the cluster cannot be reached');
      problem = message;
      return undefined;
    }
  };
  return {
    get: async (request) => (await open())?.get(request) ?? { kind: 'network', message: problem },
    stream: async (request) => (await open())?.stream(request) ?? { failure: { kind: 'network', message: problem }, livedMs: 0 },
    close: () => void api?.then((opened) => opened.close(), () => undefined),
  };
}

/**
 * Rows of the Sources page: one for each cluster, one for each resource as long as it has a problem and once when that is
 * over, one for each directory.
 */
function report(clusters: readonly Cluster[], directories: readonly DirectoryFeed[], troubled: Set<string>, { tenant, log, now }: KubernetesDeps): void {
  const timeMs = now();
  const row = (feed: string, target: string, fields: Partial<SourceReport>): void => log.report({
    tenant, timeMs, source: 'kubernetes', feed, target, received: 0, stored: 0, rejected: 0, dropped: 0, lostUpstream: 0, up: 1, durationMs: 0, samples: 0, seriesAdded: 0, newestMs: 0, error: '', ...fields,
  });
  for (const { name, watch } of clusters) {
    const problem = watch.problem(), statuses = watch.statuses();
    row(name, '', { up: problem === '' ? 1 : 0, samples: statuses.reduce((sum, { objects }) => sum + objects, 0), newestMs: Math.max(0, ...statuses.map(({ lastHeardMs }) => lastHeardMs)), error: problem });
    for (const { resource, phase, problem: error, objects, lastHeardMs } of statuses) {
      const key = `${name} ${resource}`, isWell = error === '';
      if (isWell && !troubled.delete(key)) continue;
      if (!isWell) troubled.add(key);
      row(name, resource, { up: isWell ? 1 : 0, samples: objects, newestMs: lastHeardMs, error: phase === 'forbidden' ? `not allowed: ${error}` : error });
    }
  }
  for (const feed of directories) row(feed.cluster, feed.path, { up: feed.problem() === '' ? 1 : 0, samples: feed.objects(), newestMs: feed.readMs(), error: feed.problem() });
}
