import type { Reading, SelfMetrics } from './metrics.ts';

/** What a queue before the store says of itself. */
interface QueueStats {
  readonly queuedRows: number;
  readonly queuedBytes: number;
  readonly writtenBlocks: number;
  readonly retries: number;
  readonly overloads: number;
}

/** What a job says of itself. */
interface JobStats {
  readonly name: string;
  readonly leading: boolean;
  readonly durationMs: number;
  readonly lagSeconds: number;
  readonly pending: number;
  readonly failures: number;
}

type Readings<T> = readonly (readonly [name: string, help: string, read: (stats: T) => number])[];

const queueGauges: Readings<QueueStats> = [
  ['orrery_ingest_queue_rows', 'Rows waiting for the store.', (queue) => queue.queuedRows],
  ['orrery_ingest_queue_bytes', 'Estimated bytes of rows waiting for the store.', (queue) => queue.queuedBytes],
];

const queueCounters: Readings<QueueStats> = [
  ['orrery_ingest_blocks_total', 'Blocks written to the store.', (queue) => queue.writtenBlocks],
  ['orrery_ingest_block_retries_total', 'Blocks that were sent to the store again.', (queue) => queue.retries],
  ['orrery_ingest_pushed_back_total', 'Requests that were told to come back later.', (queue) => queue.overloads],
];

const jobGauges: Readings<JobStats> = [
  ['orrery_job_duration_seconds', 'Time that the last run of a job took.', (job) => job.durationMs / 1000],
  ['orrery_job_lag_seconds', 'Age of the oldest thing that waits for a job.', (job) => job.lagSeconds],
  ['orrery_job_pending', 'Things that wait for a job.', (job) => job.pending],
  ['orrery_job_leading', '1 where this process holds the lease of a job.', (job) => Number(job.leading)],
];

const jobCounters: Readings<JobStats> = [
  ['orrery_job_failures_total', 'Runs of a job that failed.', (job) => job.failures],
];

/** Queues by the kind of row they hold. */
export function watchQueues(metrics: SelfMetrics, stats: () => Readonly<Record<string, QueueStats>>): void {
  const readingsOf = (read: (queue: QueueStats) => number): readonly Reading[] => Object.entries(stats()).map(([lane, queue]) => ({ labels: { lane }, value: read(queue) }));
  for (const [name, help, read] of queueGauges) metrics.gauge(name, help, ['lane'], () => readingsOf(read));
  for (const [name, help, read] of queueCounters) metrics.counter(name, help, ['lane'], () => readingsOf(read));
}

/** Each job by the label `job`: duration, lag, backlog, lease and failures. */
export function watchJobs(metrics: SelfMetrics, statuses: () => readonly JobStats[]): void {
  const readingsOf = (read: (job: JobStats) => number): readonly Reading[] => statuses().map((job) => ({ labels: { job: job.name }, value: read(job) }));
  for (const [name, help, read] of jobGauges) metrics.gauge(name, help, ['job'], () => readingsOf(read));
  for (const [name, help, read] of jobCounters) metrics.counter(name, help, ['job'], () => readingsOf(read));
}

/** Clusters are named by configuration and uploads. */
export function watchFindings(metrics: SelfMetrics, counts: () => readonly { readonly cluster: string; readonly severity: string; readonly count: number }[]): void {
  metrics.gauge('orrery_configuration_findings', 'Configuration findings that stand, suppressed ones too.', ['cluster', 'severity'], () => counts().map(({ cluster, severity, count }) => ({ labels: { cluster, severity }, value: count })));
}

/** What the watch of a cluster says of itself. */
interface ClusterStats {
  readonly cluster: string;
  readonly pending: number;
  readonly resources: readonly {
    readonly resource: string;
    readonly phase: string;
    readonly objects: number;
    readonly lastHeardMs: number;
    readonly counts: { readonly lists: number; readonly resumes: number; readonly events: number; readonly failures: number; readonly beyondLimit: number };
  }[];
}

type ResourceStats = ClusterStats['resources'][number];

const resourceGauges = (now: () => number): Readings<ResourceStats> => [
  ['orrery_kubernetes_objects', 'Objects of a resource that are known.', (one) => one.objects],
  ['orrery_kubernetes_objects_beyond_limit', 'Objects of a resource that are left out because there are too many.', (one) => one.counts.beyondLimit],
  ['orrery_kubernetes_watching', '1 where the watch of a resource is open.', (one) => Number(one.phase === 'watching')],
  ['orrery_kubernetes_quiet_seconds', 'Time since anything was heard of a resource; bookmarks come about every minute.', (one) => (one.lastHeardMs === 0 ? 0 : Math.max(0, now() - one.lastHeardMs) / 1000)],
];

const resourceCounters: Readings<ResourceStats> = [
  ['orrery_kubernetes_lists_total', 'Lists begun: the first, and one whenever the past could not be resumed.', (one) => one.counts.lists],
  ['orrery_kubernetes_resumes_total', 'Watches opened anew without a list.', (one) => one.counts.resumes],
  ['orrery_kubernetes_events_total', 'Events of a watch.', (one) => one.counts.events],
  ['orrery_kubernetes_failures_total', 'Lists and watches that failed or broke off.', (one) => one.counts.failures],
];

/** Clusters and resources are named by configuration and code. */
export function watchKubernetes(metrics: SelfMetrics, statuses: () => readonly ClusterStats[], now: () => number): void {
  const readingsOf = (read: (one: ResourceStats) => number): readonly Reading[] => statuses().flatMap(({ cluster, resources }) => resources.map((one) => ({ labels: { cluster, resource: one.resource }, value: read(one) })));
  for (const [name, help, read] of resourceGauges(now)) metrics.gauge(name, help, ['cluster', 'resource'], () => readingsOf(read));
  for (const [name, help, read] of resourceCounters) metrics.counter(name, help, ['cluster', 'resource'], () => readingsOf(read));
  metrics.gauge('orrery_kubernetes_pending_rows', 'Rows of a cluster that wait for the store.', ['cluster'], () => statuses().map(({ cluster, pending }) => ({ labels: { cluster }, value: pending })));
}

/** Subscriptions, and the different graphs behind them. */
export function watchLiveGraphs(metrics: SelfMetrics, live: { readonly subscribers: number; readonly inputs: number }): void {
  metrics.gauge('orrery_live_graph_subscribers', 'Open subscriptions to live graphs.', [], () => [{ labels: {}, value: live.subscribers }]);
  metrics.gauge('orrery_live_graph_inputs', 'Different live graphs that are being watched.', [], () => [{ labels: {}, value: live.inputs }]);
}
