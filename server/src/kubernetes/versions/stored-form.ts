import { createHash } from 'node:crypto';
import { dig, isMap, list } from '../../validation/model/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import { controllerOf } from '../workload-of-pod.ts';

/** What the API server writes into an object's metadata by itself: no version of its own. */
const marks = new Set(['resourceVersion', 'generation', 'managedFields', 'selfLink']);
/** Annotations that controllers write on every step of a rollout. */
const countedAnnotations = new Set(['deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation', 'kubectl.kubernetes.io/last-applied-configuration']);
const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Rollout', 'ReplicaSet', 'ReplicationController', 'Job']);

/** What a version of an object is, as it is stored. Equal texts are equal versions. */
export interface StoredForm {
  readonly name: string;
  readonly object: string;
  readonly digest: string;
}

/**
 * An object in the form in which it is stored; undefined for those that are not. Of a Secret nothing but its name and type;
 * of a workload no status and no number of replicas, which say how it fares; of conditions not when they were last looked at.
 */
export function storedForm(object: KubeObject): StoredForm | undefined {
  if (object.kind === 'Pod' && object.apiVersion === 'v1') return podForm(object);
  const { metadata, status, ...rest } = object;
  const slim = { ...rest, metadata: storedMetadata(metadata) };
  if (object.kind === 'Secret') return form(metadata.name, { apiVersion: object.apiVersion, kind: object.kind, type: object['type'], metadata: slim.metadata });
  if (workloads.has(object.kind)) return form(metadata.name, { ...slim, spec: withoutReplicas(object['spec']) });
  return form(metadata.name, status === undefined ? slim : { ...slim, status: withoutTimes(status, 0) });
}

/** Labels of one pod among its equals. */
const ordinalLabels = new Set(['statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'controller-revision-hash', 'pod-template-generation']);
/** What injectors write on a pod, and its template does not say. */
const meshAnnotations = new Set(['ambient.istio.io/redirection', 'sidecar.istio.io/status', 'istio.io/rev', 'linkerd.io/proxy-version', 'linkerd.io/inject', 'consul.hashicorp.com/connect-inject-status', 'kuma.io/sidecar-injected']);

/**
 * The shape that a controller gives its pods, under the controller's name: the pods of one template are equal to the
 * checks, and each of them would be a version for nothing. A pod of nobody stands for itself; pods of jobs are left out.
 */
function podForm(pod: KubeObject): StoredForm | undefined {
  const controller = controllerOf(pod);
  if (controller?.kind === 'Job') return undefined;
  const name = controller?.name ?? pod.metadata.name;
  const only = (value: unknown, keep: (key: string) => boolean): unknown => (isMap(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => keep(key))) : undefined);
  return form(name, {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name, namespace: pod.metadata.namespace,
      labels: only(pod.metadata['labels'], (key) => !ordinalLabels.has(key)), annotations: only(pod.metadata['annotations'], (key) => meshAnnotations.has(key)),
      ...(controller === undefined ? {} : { ownerReferences: [{ ...controller, controller: true }] }),
    },
    spec: { serviceAccountName: dig(pod, 'spec', 'serviceAccountName'), hostNetwork: dig(pod, 'spec', 'hostNetwork'), containers: dig(pod, 'spec', 'containers'), initContainers: dig(pod, 'spec', 'initContainers') },
  });
}

function form(name: string, value: unknown): StoredForm {
  const object = JSON.stringify(value);
  return { name, object, digest: createHash('sha256').update(object).digest('hex') };
}

function storedMetadata(metadata: KubeObject['metadata']): unknown {
  const { namespace, uid, ...rest } = metadata;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !marks.has(key)));
  const annotations = isMap(kept['annotations']) ? Object.fromEntries(Object.entries(kept['annotations']).filter(([key]) => !countedAnnotations.has(key))) : undefined;
  return { ...kept, ...(uid === '' ? {} : { uid }), ...(namespace === '' ? {} : { namespace }), ...(annotations === undefined ? {} : { annotations }) };
}

function withoutReplicas(spec: unknown): unknown {
  if (!isMap(spec)) return spec;
  const { replicas: _replicas, ...rest } = spec;
  return rest;
}

function withoutTimes(value: unknown, depth: number): unknown {
  if (depth > 20) return undefined;
  if (Array.isArray(value)) return list(value).map((item) => withoutTimes(item, depth + 1));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (/^last\w*Time$/.test(key) ? [] : [[key, withoutTimes(item, depth + 1)]])));
}
