import type { KnownObjects } from '../addresses/cluster-addresses.ts';
import type { KubeObject } from '../kube-object.ts';
import { resourceId, type ResourceId } from '../resources.ts';
import type { ResourceChange } from '../watch-cluster.ts';
import type { ObjectChange } from '../watch/watch-input.ts';
import { workloadOfPod } from '../workload-of-pod.ts';
import { configChange } from './config-changes.ts';
import type { Happening } from './happening.ts';
import { restartsOf } from './restarts.ts';
import { deploymentRollout, RevisionRollouts, scaling } from './rollouts.ts';

/** Rollouts that ended before Orrery came are told this far back. */
const rolloutsBackMs = 24 * 3_600_000;
/** Kinds whose changes are told by what they do to pods, not as configuration. */
const notToldAsConfig: ReadonlySet<ResourceId> = new Set(['pods', 'namespaces', 'serviceaccounts', 'cronjobs.batch', 'daemonsets.apps', 'statefulsets.apps', 'deployments.apps', 'rollouts.argoproj.io']);

/**
 * What happened in a cluster, from the changes of its objects. What the first list brings is what was there before, not
 * what happened: only rollouts tell their own time and are told of the past day too.
 */
export class ClusterHappenings {
  readonly #known: KnownObjects;
  readonly #synced = new Set<ResourceId>();
  /** Last rollout told of each Deployment, and how far it was, by uid. */
  readonly #told = new Map<string, string>();
  readonly #revisions = new RevisionRollouts();

  constructor(known: KnownObjects) {
    this.#known = known;
  }

  apply({ resource, changes, synced }: ResourceChange, nowMs: number): readonly Happening[] {
    const id = resourceId(resource), wasSynced = this.#synced.has(id);
    if (synced) this.#synced.add(id);
    const told = changes.flatMap((change) => this.#of(id, change, wasSynced, resource.isConfig, nowMs));
    const rolloutsKnown = this.#synced.has('deployments.apps') && this.#synced.has('replicasets.apps');
    if (synced && !wasSynced && rolloutsKnown) for (const deployment of this.#known('deployments.apps').values()) told.push(...this.#rollout(deployment, nowMs));
    return told;
  }

  #of(id: ResourceId, change: ObjectChange, wasSynced: boolean, isConfig: boolean, nowMs: number): readonly Happening[] {
    const { type, object } = change;
    switch (id) {
      case 'deployments.apps': {
        if (type === 'deleted') this.#told.delete(object.metadata.uid);
        if (!wasSynced || type === 'deleted') return [];
        const rollouts = this.#synced.has('replicasets.apps') ? this.#rollout(object, nowMs) : [];
        return present([scaling(change, nowMs), ...rollouts]);
      }
      case 'statefulsets.apps': return present([wasSynced ? scaling(change, nowMs) : undefined, this.#revisions.apply(change, nowMs)]);
      case 'daemonsets.apps': return present([this.#revisions.apply(change, nowMs)]);
      case 'pods': return type === 'modified' ? restartsOf(change, this.#workloadOf(object), nowMs) : [];
      default: return wasSynced && isConfig && isToldAsConfig(id) ? present([configChange(change, nowMs)]) : [];
    }
  }

  #rollout(deployment: KubeObject, nowMs: number): readonly Happening[] {
    const rollout = deploymentRollout(deployment, this.#known('replicasets.apps'));
    if (rollout === undefined || rollout.endMs < nowMs - rolloutsBackMs) return [];
    const telling = `${rollout.id} ${rollout.title}`;
    if (this.#told.get(deployment.metadata.uid) === telling) return [];
    this.#told.set(deployment.metadata.uid, telling);
    return [rollout];
  }

  #workloadOf(pod: KubeObject): string {
    return workloadOfPod(pod, (namespace, { kind, name }) => this.#known(kind === 'ReplicaSet' ? 'replicasets.apps' : 'jobs.batch').get(`${namespace}/${name}`)).name;
  }
}

/** Whether a change of such an object is an event by itself. */
export function isToldAsConfig(id: ResourceId): boolean {
  return !notToldAsConfig.has(id);
}

function present(happenings: readonly (Happening | undefined)[]): readonly Happening[] {
  return happenings.filter((one) => one !== undefined);
}
