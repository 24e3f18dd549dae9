import type { InventoryService, InventoryWorkload, MeshInventory, Replicas } from '../../inference/inventory.ts';
import { dig, field, list, text, texts } from '../../validation/model/fields.ts';
import type { ConfigObject } from '../../validation/model/config-object.ts';
import { labelsFrom, type Labels } from '../../validation/model/labels.ts';
import { podTemplate } from '../../validation/mesh/workloads.ts';
import { appOf, roleOf, versionOf, type Controller } from '../workload-of-pod.ts';
import { routingFeatures, type FeaturesByService } from './routing-features.ts';

/** A pod, or the shape of several equal ones, with the workload that runs it. */
export interface InventoryPod {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: Controller;
  readonly body: unknown;
}

/** Containers that are a mesh's proxy beside the application. */
const sidecars = new Set(['istio-proxy', 'linkerd-proxy', 'kuma-sidecar', 'consul-dataplane', 'envoy-sidecar']);

/** What exists, from configuration objects and pods of any clusters. Pure. */
export function buildInventory(objects: readonly ConfigObject[], pods: Iterable<InventoryPod>): MeshInventory {
  const podsOf = Map.groupBy(pods, ({ cluster, namespace, workload: { kind, name } }) => keyOf(cluster, namespace, kind, name));
  const features = routingFeatures(objects);
  const workloads = new Map<string, InventoryWorkload>();
  for (const object of objects) {
    if (object.type !== 'Workload' || object.kind === 'Pod') continue;
    const key = keyOf(object.cluster, object.namespace, object.kind, object.name);
    workloads.set(key, workloadOf(object, podsOf.get(key) ?? []));
  }
  // Workloads that only their pods tell of: bare pods, jobs, controllers of kinds that are not read.
  for (const [key, own] of podsOf) if (!workloads.has(key) && own[0] !== undefined) workloads.set(key, workloadOfPods(own[0], own));
  return {
    namespaces: objects.filter(({ type }) => type === 'Namespace').map(({ cluster, name, labels }) => ({ cluster, name, labels })),
    services: objects.filter(({ type }) => type === 'Service').map((object) => serviceOf(object, features)),
    workloads: [...workloads.values()],
    serviceEntries: objects.filter(({ type }) => type === 'ServiceEntry').map(({ cluster, namespace, name, spec }) => ({
      cluster, namespace, name, hosts: texts(field(spec, 'hosts')).map((host) => host.text.toLowerCase()),
      location: field(spec, 'location') === 'MESH_INTERNAL' ? 'MESH_INTERNAL' : 'MESH_EXTERNAL', exportTo: texts(field(spec, 'exportTo')).map((one) => one.text),
    })),
    workloadEntries: objects.filter(({ type }) => type === 'WorkloadEntry').map(({ cluster, namespace, name, spec }) => {
      const labels = labelsFrom(field(spec, 'labels'));
      return { cluster, namespace, name, app: appOf(labels), version: versionOf(labels), address: text(field(spec, 'address')) ?? '', labels };
    }),
  };
}

function serviceOf({ cluster, namespace, name, labels, annotations, spec }: ConfigObject, features: FeaturesByService): InventoryService {
  return { cluster, namespace, name, labels, annotations, selector: labelsFrom(field(spec, 'selector')), routing: [...(features.get(`${cluster}|${namespace}/${name}`) ?? [])] };
}

function workloadOf(object: ConfigObject, pods: readonly InventoryPod[]): InventoryWorkload {
  const { cluster, namespace, name, kind } = object, template = podTemplate(object);
  const labels = labelsFrom(dig(template, 'metadata', 'labels')), annotations = labelsFrom(dig(template, 'metadata', 'annotations'));
  return { ...described(labels), cluster, namespace, name, kind, labels, annotations: annotations.size > 0 ? annotations : object.annotations, dataPlane: dataPlaneOf(pods), pods: pods.length, replicas: replicasOf(object) };
}

function workloadOfPods({ cluster, namespace, workload: { kind, name }, body }: InventoryPod, pods: readonly InventoryPod[]): InventoryWorkload {
  const labels = labelsFrom(dig(body, 'metadata', 'labels')), annotations = labelsFrom(dig(body, 'metadata', 'annotations'));
  return { ...described(labels), cluster, namespace, name, kind, labels, annotations, dataPlane: dataPlaneOf(pods), pods: pods.length, replicas: null };
}

function described(labels: Labels): Pick<InventoryWorkload, 'app' | 'version' | 'role'> {
  return { app: appOf(labels), version: versionOf(labels), role: roleOf(labels) };
}

/** How the pods that exist are in the mesh: by what injectors put into them, not by what labels ask for. */
function dataPlaneOf(pods: readonly InventoryPod[]): InventoryWorkload['dataPlane'] {
  if (pods.length === 0) return null;
  if (pods.some(({ body }) => hasProxy(body))) return 'sidecar';
  return pods.some(({ body }) => dig(body, 'metadata', 'annotations', 'ambient.istio.io/redirection') === 'enabled') ? 'ambient' : 'none';
}

function hasProxy(pod: unknown): boolean {
  const containers = [...list(dig(pod, 'spec', 'containers')), ...list(dig(pod, 'spec', 'initContainers'))];
  return containers.some((container) => sidecars.has(text(field(container, 'name')) ?? '')) || dig(pod, 'metadata', 'annotations', 'sidecar.istio.io/status') !== undefined;
}

function replicasOf({ kind, spec, status }: ConfigObject): Replicas | null {
  const count = (from: unknown, key: string, otherwise: number): number => { const value = field(from, key); return Number.isInteger(value) ? (value as number) : otherwise; };
  if (status === undefined || kind === 'CronJob' || kind === 'Job') return null;
  if (kind === 'DaemonSet') return { desired: count(status, 'desiredNumberScheduled', 0), current: count(status, 'currentNumberScheduled', 0), available: count(status, 'numberAvailable', 0), syncedProxies: -1 };
  return { desired: count(spec, 'replicas', 1), current: count(status, 'replicas', 0), available: count(status, 'availableReplicas', 0), syncedProxies: -1 };
}

function keyOf(cluster: string, namespace: string, kind: string, name: string): string {
  return JSON.stringify([cluster, namespace, kind, name]);
}
