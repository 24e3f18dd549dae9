import type { InventoryReader, MeshInventory } from '../../inference/inventory.ts';
import type { Scope } from '../../inference/ports.ts';
import { isMap } from '../../validation/model/fields.ts';
import { toConfigObject, type ConfigObject } from '../../validation/model/config-object.ts';
import type { KubeObject } from '../kube-object.ts';
import { resourceId, watchedResources } from '../resources.ts';
import type { ClusterKnowledge } from '../record-cluster.ts';
import { workloadOfPod, type FindController } from '../workload-of-pod.ts';
import { buildInventory, type InventoryPod } from './build-inventory.ts';

/** A cluster that is being watched. */
export interface LiveCluster {
  readonly name: string;
  readonly known: ClusterKnowledge;
}

/** Configuration that was stored: of the past, and of clusters that are not watched from here. */
export interface StoredConfig {
  clusters(tenant: string, atMs: number): Promise<readonly string[]>;
  objectsAt(tenant: string, cluster: string | null, atMs: number): Promise<readonly ConfigObject[]>;
}

/** Asked for a time that is no longer ago than this, what is being watched answers. */
const presentSeconds = 60;
/** An answer is kept this long; building one of 4,000 pods takes tens of ms. */
const keptMs = 2_000;
const keptAnswers = 4;

/** What existed at a time: now from the watches, else from stored versions. Null where no source ever said anything. */
export function createInventoryReader(clusters: readonly LiveCluster[], stored: StoredConfig, now: () => number): InventoryReader {
  const answers = new Map<string, { readonly madeMs: number; readonly inventory: Promise<MeshInventory | null> }>();

  async function make(tenant: string, at: number, isPresent: boolean): Promise<MeshInventory | null> {
    const live = isPresent ? clusters.filter(({ known }) => known.statuses().some(({ synced }) => synced)) : [];
    const names = new Set(live.map(({ name }) => name));
    const others = (await stored.clusters(tenant, at * 1000)).filter((cluster) => !names.has(cluster));
    const past = (await Promise.all(others.map((cluster) => stored.objectsAt(tenant, cluster, at * 1000)))).flat();
    if (past.length === 0 && live.length === 0) return null;
    const objects = [...past.filter(({ type }) => type !== 'OwnedPod'), ...live.flatMap((one) => [...objectsOf(one)])];
    return buildInventory(objects, [...past.flatMap(podOfShape), ...live.flatMap((one) => [...podsOf(one)])]);
  }

  return {
    async inventory({ tenant, namespaces }, at) {
      const isPresent = at * 1000 >= now() - presentSeconds * 1000;
      const key = JSON.stringify([tenant, isPresent ? null : at]);
      let answer = answers.get(key);
      if (answer === undefined || now() - answer.madeMs > keptMs) {
        answer = { madeMs: now(), inventory: make(tenant, at, isPresent) };
        answer.inventory.catch(() => answers.delete(key));
        answers.delete(key);
        answers.set(key, answer);
        for (const old of answers.keys()) if (answers.size > keptAnswers) answers.delete(old);
      }
      const inventory = await answer.inventory;
      return inventory === null || namespaces === null ? inventory : within(inventory, namespaces);
    },
  };
}

function within(inventory: MeshInventory, namespaces: NonNullable<Scope['namespaces']>): MeshInventory {
  const visible = new Set(namespaces), isVisible = ({ namespace }: { readonly namespace: string }): boolean => visible.has(namespace);
  return {
    namespaces: inventory.namespaces.filter(({ name }) => visible.has(name)), services: inventory.services.filter(isVisible), workloads: inventory.workloads.filter(isVisible),
    serviceEntries: inventory.serviceEntries.filter(isVisible), workloadEntries: inventory.workloadEntries.filter(isVisible),
  };
}

function* objectsOf({ name, known }: LiveCluster): Generator<ConfigObject> {
  for (const resource of watchedResources) {
    if (!resource.isConfig || resource.plural === 'pods') continue;
    for (const object of known.objects(resourceId(resource)).values()) {
      const answer = toConfigObject(object, { cluster: name, defaultNamespace: '' });
      if (answer.ok) yield answer.object;
    }
  }
}

function* podsOf({ name, known }: LiveCluster): Generator<InventoryPod> {
  const replicaSets = known.objects('replicasets.apps'), jobs = known.objects('jobs.batch');
  const find: FindController = (namespace, owner) => (owner.kind === 'ReplicaSet' ? replicaSets : owner.kind === 'Job' ? jobs : undefined)?.get(`${namespace}/${owner.name}`);
  for (const pod of known.objects('pods').values()) {
    const phase = isMap(pod['status']) ? pod['status']['phase'] : undefined;
    if (phase !== 'Succeeded' && phase !== 'Failed') yield { cluster: name, namespace: pod.metadata.namespace, workload: workloadOfPod(pod, find), body: pod };
  }
}

/** A stored pod stands for all that its controller makes. */
function podOfShape({ type, kind, cluster, namespace, name, body }: ConfigObject): InventoryPod[] {
  if (kind !== 'Pod' || (type !== 'OwnedPod' && type !== 'Workload') || !isMap(body) || !isMap(body['metadata'])) return [];
  const shape: KubeObject = { ...body, apiVersion: 'v1', kind, metadata: { ...body['metadata'], name, namespace, uid: '', resourceVersion: '' } };
  return [{ cluster, namespace, workload: workloadOfPod(shape, () => undefined), body }];
}
