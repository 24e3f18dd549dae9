import type { ClusterApi } from './cluster-api.ts';
import { chooseVersion, createDiscovery, type Served, type ServedResource } from './discovery.ts';
import type { KubeObject } from './kube-object.ts';
import { resourceId, type ResourceId, type WatchedResource } from './resources.ts';
import { pause } from './watch/pause.ts';
import { isFailure } from './watch/read-answer.ts';
import { runWatch, type RunningWatch } from './watch/run-watch.ts';
import type { ObjectChange, WatchFailure } from './watch/watch-input.ts';
import { ResourceWatch, type WatchCounts, type WatchPhase } from './watch/watch-resource.ts';

/** What happened to the objects of one resource. */
export interface ResourceChange {
  readonly resource: WatchedResource;
  readonly changes: readonly ObjectChange[];
  /** True where everything there is of it is known as of now. */
  readonly synced: boolean;
}

/** How the watch of one resource fares; times in Unix ms. */
export interface ResourceStatus {
  readonly resource: ResourceId;
  readonly phase: WatchPhase;
  /** `''` while it works. */
  readonly problem: string;
  readonly synced: boolean;
  readonly objects: number;
  readonly lastHeardMs: number;
  readonly counts: Readonly<WatchCounts>;
}

export interface ClusterWatchOptions {
  readonly now: () => number;
  readonly random: () => number;
  readonly watchSeconds: number;
  readonly discoverySeconds: number;
  /** Told of every change, in order; what it throws is told to `onError` and the watch goes on. */
  onChange(change: ResourceChange): void;
  onFailure(resource: ResourceId, failure: WatchFailure): void;
  onError(error: unknown): void;
}

/** What a cluster holds, kept up to date. */
export interface ClusterWatch {
  /** What is known of a resource by `namespace/name`; empty where it is not served. */
  objects(resource: ResourceId): ReadonlyMap<string, KubeObject>;
  /** Of resources that are or were served. */
  statuses(): readonly ResourceStatus[];
  /** Why the API server could not be asked what it serves, `''` while it can. */
  problem(): string;
  stop(): Promise<void>;
}

interface Entry {
  readonly resource: WatchedResource;
  readonly served: ServedResource;
  readonly watch: ResourceWatch;
  readonly running: RunningWatch;
}

/** A resource is gone when two answers in a row lack it: an API server that has just started lists its custom resources late. */
const missingAnswers = 2;

/**
 * Follows every watched resource that a cluster offers, at any time: custom resources that come later are taken up at the
 * next discovery, those that go are forgotten, and each is on its own, so that one that is forbidden stops no other.
 */
export function watchCluster(api: ClusterApi, resources: readonly WatchedResource[], options: ClusterWatchOptions): ClusterWatch {
  const entries = new Map<ResourceId, Entry>();
  const missing = new Map<ResourceId, number>();
  const discovery = createDiscovery(api, new Set(resources.map(({ group }) => group)));
  const stopping = new AbortController();
  let served: Served | undefined, problem = '';

  const tell = (resource: WatchedResource, changes: readonly ObjectChange[], synced: boolean): void => {
    try {
      options.onChange({ resource, changes, synced });
    } catch (error) {
      options.onError(error);
    }
  };

  function start(resource: WatchedResource, chosen: ServedResource): void {
    const id = resourceId(resource), watch = new ResourceWatch(resource.keep, options.random);
    const running = runWatch(chosen, watch, api, {
      now: options.now, random: options.random, watchSeconds: options.watchSeconds,
      onStep: ({ changes, synced }) => tell(resource, changes, synced),
      onFailure: (failure) => options.onFailure(id, failure),
    });
    entries.set(id, { resource, served: chosen, watch, running });
  }

  async function end(id: ResourceId): Promise<void> {
    const entry = entries.get(id);
    if (entry === undefined) return;
    await entry.running.stop();
    entries.delete(id);
    tell(entry.resource, entry.watch.drop(), true);
  }

  async function reconcile(offered: Served): Promise<void> {
    for (const resource of resources) {
      const id = resourceId(resource), chosen = chooseVersion(resource, offered), entry = entries.get(id);
      if (chosen === undefined) {
        const answers = (missing.get(id) ?? 0) + 1;
        missing.set(id, answers);
        if (answers === missingAnswers) await (entry === undefined ? tell(resource, [], true) : end(id));
        continue;
      }
      missing.delete(id);
      if (entry !== undefined && entry.served.apiVersion !== chosen.apiVersion) await end(id);
      if (!entries.has(id) && !stopping.signal.aborted) start(resource, chosen);
    }
  }

  async function poll(): Promise<number> {
    const answer = await discovery.poll(stopping.signal);
    if (answer === null || !isFailure(answer)) {
      problem = '';
      served = answer ?? served;
    } else {
      problem = answer.message;
      // Whoever may not ask what there is may still be allowed to read it.
      if (answer.kind === 'status' && answer.code === 403) served ??= assumed(resources);
      else return Math.min(options.discoverySeconds * 1000, 5_000);
    }
    if (served !== undefined) await reconcile(served);
    return options.discoverySeconds * 1000;
  }

  const polling = (async () => {
    while (!stopping.signal.aborted) {
      await pause(await poll(), stopping.signal);
    }
  })();

  return {
    objects: (id) => entries.get(id)?.watch.objects ?? nothing,
    statuses: () => [...entries].map(([resource, { watch, running }]): ResourceStatus => ({
      resource, phase: watch.phase, problem: watch.problem, synced: watch.synced, objects: watch.objects.size, lastHeardMs: running.lastHeardMs(), counts: watch.counts,
    })),
    problem: () => problem,
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all([...entries.values()].map(({ running }) => running.stop()));
      api.close();
    },
  };
}

function assumed(resources: readonly WatchedResource[]): Served {
  return new Map(resources.flatMap((resource): [string, readonly string[]][] => (resource.versions.length > 0 ? [[`${resource.group}/${resource.plural}`, resource.versions.slice(0, 1)]] : [])));
}

const nothing: ReadonlyMap<string, KubeObject> = new Map();
