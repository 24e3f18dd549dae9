import { dig } from '../validation/model/fields.ts';
import { ClusterAddresses } from './addresses/cluster-addresses.ts';
import type { AddressInterval } from './addresses/owned-addresses.ts';
import { ClusterHappenings, isToldAsConfig } from './happenings/cluster-happenings.ts';
import { configFoundChanged } from './happenings/config-changes.ts';
import type { Happening } from './happenings/happening.ts';
import { timeMs, type KubeObject } from './kube-object.ts';
import { resourceId, type ResourceId, type WatchedResource } from './resources.ts';
import { configKey, groupOf, type ConfigHead, type ConfigVersion } from './versions/config-version.ts';
import { ConfigVersions } from './versions/config-versions.ts';
import type { ResourceChange, ResourceStatus } from './watch-cluster.ts';

/** Where it is kept what a cluster says. Everything may be written twice and counts once. */
export interface ClusterRecords {
  /** Intervals of the cluster's addresses that are open in the store. */
  openAddresses(cluster: string): Promise<readonly AddressInterval[]>;
  configHeads(cluster: string): Promise<readonly ConfigHead[]>;
  writeAddresses(cluster: string, intervals: readonly AddressInterval[]): Promise<void>;
  writeHappenings(cluster: string, happenings: readonly Happening[]): Promise<void>;
  writeVersions(versions: readonly ConfigVersion[]): Promise<void>;
}

/** What a cluster's watch knows at this moment. */
export interface ClusterKnowledge {
  objects(resource: ResourceId): ReadonlyMap<string, KubeObject>;
  statuses(): readonly ResourceStatus[];
}

/** What is known of a cluster, and where what happens in it is written. */
export interface RecorderOptions {
  readonly cluster: string;
  readonly network: string;
  readonly clusterDomain: string;
  readonly resources: readonly WatchedResource[];
  readonly known: ClusterKnowledge;
  readonly records: ClusterRecords;
  /** Unix ms. */
  readonly now: () => number;
}

/** Rows waiting for the store; beyond, they are dropped and the whole picture is compared with the store later. */
const mostPending = 200_000;

const lookThroughMs = 24 * 3_600_000;

/** Everything that follows one run of changes. */
interface Picture {
  readonly addresses: ClusterAddresses;
  readonly happenings: ClusterHappenings;
  readonly versions: ConfigVersions;
}

/**
 * Writes down what a cluster's watch sees. One process of an installation does so for a cluster (see `LeasedJob`):
 *
 * 1. Whoever begins, after a start or a hand-over, reads what the store has: open intervals, newest versions.
 * 2. Everything that the watch knows is taken in against that: what changed or went meanwhile is written now.
 * 3. From then on every change is taken in as it comes, and `flush` writes what came of it.
 */
export class ClusterRecorder {
  readonly #options: RecorderOptions;
  #picture: Picture | undefined;
  #addresses = new Map<string, AddressInterval>();
  #happenings = new Map<string, Happening>();
  #versions: ConfigVersion[] = [];
  #lookedThroughMs = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Rows that wait to be written. */
  get pending(): number {
    return this.#addresses.size + this.#happenings.size + this.#versions.length;
  }

  /** Forgets what was being followed: another process may have written since. */
  reset(): void {
    this.#picture = undefined;
    this.#addresses.clear();
    this.#happenings.clear();
    this.#versions = [];
  }

  /** Takes in a change of the watch; of no effect while another process writes. */
  onChange(change: ResourceChange): void {
    if (this.#picture === undefined) return;
    if (this.pending > mostPending) return this.reset();
    this.#take(this.#picture, change);
  }

  /** Writes what is pending; gives the number of rows. What could not be written stays pending. */
  async flush(): Promise<number> {
    if (this.#picture === undefined) await this.#begin();
    const picture = this.#picture, { cluster, records, now } = this.#options;
    if (picture === undefined) return 0;
    // That a resource is unavailable is no change of any object.
    this.#own(picture.addresses.poll(this.#unavailable(), now()));
    if (now() - this.#lookedThroughMs > lookThroughMs) this.#lookThrough(picture);
    const addresses = this.#addresses, happenings = this.#happenings, versions = this.#versions;
    this.#addresses = new Map();
    this.#happenings = new Map();
    this.#versions = [];
    try {
      await Promise.all([
        addresses.size > 0 ? records.writeAddresses(cluster, [...addresses.values()]) : undefined,
        happenings.size > 0 ? records.writeHappenings(cluster, [...happenings.values()]) : undefined,
        versions.length > 0 ? records.writeVersions(versions) : undefined,
      ]);
    } catch (error) {
      // What came meanwhile is newer and stands.
      this.#addresses = new Map([...addresses, ...this.#addresses]);
      this.#happenings = new Map([...happenings, ...this.#happenings]);
      this.#versions = [...versions, ...this.#versions];
      throw error;
    }
    return addresses.size + happenings.size + versions.length;
  }

  async #begin(): Promise<void> {
    const { cluster, network, clusterDomain, known, records, resources } = this.#options;
    const [earlier, heads] = await Promise.all([records.openAddresses(cluster), records.configHeads(cluster)]);
    const objects = (resource: ResourceId): ReadonlyMap<string, KubeObject> => known.objects(resource);
    this.#lookedThroughMs = this.#options.now();
    // From here on nothing is awaited: a change is in what is known now, or follows.
    const picture = this.#picture = { addresses: new ClusterAddresses({ cluster, network, clusterDomain, known: objects, earlier }), happenings: new ClusterHappenings(objects), versions: new ConfigVersions(cluster, heads) };
    const synced = new Set(known.statuses().filter((status) => status.synced).map(({ resource }) => resource));
    for (const resource of resources) {
      const id = resourceId(resource), changes = objects(id).values().map((object) => ({ type: 'added' as const, object, previous: undefined })).toArray();
      if (changes.length > 0 || synced.has(id)) this.#take(picture, { resource, changes, synced: synced.has(id) });
    }
    this.#tellFound(heads);
  }

  #take({ addresses, happenings, versions }: Picture, change: ResourceChange): void {
    const nowMs = this.#options.now(), { resource } = change;
    this.#own(addresses.apply(change, this.#unavailable(), nowMs));
    for (const happening of happenings.apply(change, nowMs)) this.#happenings.set(happening.id, happening);
    if (!resource.isConfig) return;
    const taken = change.changes.flatMap(({ type, object }) => (type === 'deleted' ? versions.remove(object, nowMs) : versions.put(object, nowMs)) ?? []);
    const gone = change.synced ? versions.settle(resource.group, resource.kind, nowMs, resource.name) : [];
    for (const version of [...taken, ...gone]) this.#versions.push(version);
  }

  /** Configuration that changed while nobody was watching; on the very first start nothing is a change. */
  #tellFound(heads: readonly ConfigHead[]): void {
    if (heads.length === 0) return;
    const before = new Map(heads.map((head) => [configKey(head), head])), told = new Map(this.#options.resources.map((resource) => [`${resource.group}/${resource.kind}`, isToldAsConfig(resourceId(resource))]));
    for (const version of this.#versions) {
      const known = before.get(configKey(version));
      if (told.get(`${groupOf(version.apiVersion)}/${version.kind}`) !== true || known?.digest === version.digest) continue;
      const made = version.deleted ? undefined : timeMs(dig(JSON.parse(version.object), 'metadata', 'creationTimestamp'));
      const happening = configFoundChanged(version, known, made);
      this.#happenings.set(happening.id, happening);
    }
  }

  #own(intervals: readonly AddressInterval[]): void {
    for (const interval of intervals) this.#addresses.set(`${interval.address}|${interval.port}|${interval.fromMs}`, interval);
  }

  /** What stands unchanged for long is written again before the store forgets it. */
  #lookThrough({ versions }: Picture): void {
    const { resources, known, now } = this.#options;
    this.#lookedThroughMs = now();
    for (const resource of resources) {
      if (!resource.isConfig) continue;
      for (const object of known.objects(resourceId(resource)).values()) {
        const version = versions.put(object, this.#lookedThroughMs);
        if (version !== undefined) this.#versions.push(version);
      }
    }
  }

  /** Resources of which nothing is to be expected at present: refused, or not served here. */
  #unavailable(): ReadonlySet<ResourceId> {
    return new Set(this.#options.known.statuses().filter(({ phase, synced }) => !synced && (phase === 'forbidden' || phase === 'absent')).map(({ resource }) => resource));
  }
}
