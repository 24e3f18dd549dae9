import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { deploymentOfReplicaSet, workloadOfJob } from '@orrery/collectors/model/workload-name';
import { dig, field, list, text } from '../validation/model/fields.ts';
import { labelsFrom, type Labels } from '../validation/model/labels.ts';
import type { KubeObject } from './kube-object.ts';

/** A controller as an owner reference names it. */
export interface Controller {
  readonly kind: string;
  readonly name: string;
}

/** Finds a controller's own controller, where that object is known. */
export type FindController = (namespace: string, controller: Controller) => KubeObject | undefined;

/** Labels that name the application and its version, in the order of Istio and Kiali. */
const appLabels = ['service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app'] as const;
const versionLabels = ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version'] as const;

/**
 * Who runs a pod: its topmost controller (ReplicaSet → Deployment or Rollout, Job → CronJob), by owner references as far
 * as the owners are known, by the form of the name beyond; a pod of nobody is its own workload.
 */
export function workloadOfPod(pod: KubeObject, find: FindController): Controller {
  const { namespace, name } = pod.metadata;
  const owner = controllerOf(pod);
  if (owner === undefined) return { kind: 'Pod', name };
  const parent = find(namespace, owner);
  const above = parent === undefined ? undefined : controllerOf(parent);
  if (above !== undefined) return above;
  if (parent !== undefined) return owner;
  if (owner.kind === 'ReplicaSet' && labelsOf(pod).has('pod-template-hash')) return { kind: 'Deployment', name: deploymentOfReplicaSet(owner.name) };
  if (owner.kind === 'Job') {
    const cronJob = workloadOfJob(owner.name);
    return cronJob === owner.name ? owner : { kind: 'CronJob', name: cronJob };
  }
  return owner;
}

/** The entity of a pod as telemetry names it. */
export function entityOfPod(cluster: string, pod: KubeObject, find: FindController): Entity {
  const labels = labelsOf(pod);
  return { cluster, namespace: pod.metadata.namespace, kind: kindOf(labels), name: workloadOfPod(pod, find).name, app: appOf(labels), version: versionOf(labels) };
}

/** The application that labels name, by the first of the usual ones; '' where none does. */
export function appOf(labels: Labels): string {
  return first(labels, appLabels);
}

/** The version likewise. */
export function versionOf(labels: Labels): string {
  return first(labels, versionLabels);
}

/** What Istio's own labels say that a pod is. */
export function roleOf(labels: Labels): 'workload' | 'gateway' | 'waypoint' {
  if (labels.get('gateway.istio.io/managed') === 'istio.io-mesh-controller') return 'waypoint';
  return labels.has('gateway.networking.k8s.io/gateway-name') || /^(?:in|e)gressgateway$/.test(labels.get('istio') ?? '') ? 'gateway' : 'workload';
}

/** The owner that controls an object, as its `ownerReferences` say. */
export function controllerOf(object: KubeObject): Controller | undefined {
  const owner = list(object.metadata['ownerReferences']).find((one) => field(one, 'controller') === true);
  const kind = text(field(owner, 'kind')), name = text(field(owner, 'name'));
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

/** `metadata.labels`; those that are no texts are left out. */
export function labelsOf(object: KubeObject): Labels {
  return labelsFrom(dig(object, 'metadata', 'labels'));
}

function kindOf(labels: Labels): EntityKind {
  const role = roleOf(labels);
  return role === 'waypoint' ? EntityKind.waypoint : role === 'gateway' ? EntityKind.gateway : EntityKind.workload;
}

function first(labels: Labels, keys: readonly string[]): string {
  for (const key of keys) {
    const value = labels.get(key);
    if (value !== undefined && value !== '') return value;
  }
  return '';
}
