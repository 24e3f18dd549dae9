import { dig, field, isMap, list, text } from '../validation/model/fields.ts';
import type { KubeObject } from './kube-object.ts';

/**
 * What is kept of objects. Memory and store hold what is read later and nothing else: no `managedFields`, no
 * `last-applied-configuration` (a second copy of the object), no environment, arguments or volumes of containers, which
 * are where people leave passwords.
 */

/** A configuration object whole, but for its metadata's ballast and its status. */
export function keepConfig(object: KubeObject): KubeObject {
  const { status: _status, metadata, ...rest } = object;
  return { ...rest, metadata: slimMetadata(metadata) } as KubeObject;
}

/** The same with its status, for kinds whose checks read it. */
export function keepWithStatus(object: KubeObject): KubeObject {
  return { ...object, metadata: slimMetadata(object.metadata) };
}

/** Names and labels alone. */
export function keepMetadata({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: slimMetadata(metadata) };
}

/** And the addresses of the node. */
export function keepNode(object: KubeObject): KubeObject {
  return { ...keepMetadata(object), status: { addresses: dig(object, 'status', 'addresses') } };
}

/** And what says where a pod runs, as whom, from which images and how it fares. */
export function keepPod(object: KubeObject): KubeObject {
  const spec = object['spec'], status = object['status'];
  return {
    ...keepMetadata(object),
    spec: { nodeName: field(spec, 'nodeName'), hostNetwork: field(spec, 'hostNetwork'), serviceAccountName: field(spec, 'serviceAccountName'), ...slimContainers(spec) },
    status: {
      phase: field(status, 'phase'), podIP: field(status, 'podIP'), podIPs: field(status, 'podIPs'), startTime: field(status, 'startTime'),
      conditions: list(field(status, 'conditions')).filter((one) => keptConditions.has(text(field(one, 'type')) ?? '')),
      containerStatuses: list(field(status, 'containerStatuses')).map((one) => ({
        name: field(one, 'name'), image: field(one, 'image'), restartCount: field(one, 'restartCount'),
        state: { terminated: slimTermination(dig(one, 'state', 'terminated')) }, lastState: { terminated: slimTermination(dig(one, 'lastState', 'terminated')) },
      })),
    },
  };
}

/** Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Rollout. */
export function keepWorkload(object: KubeObject): KubeObject {
  const spec = object['spec'], status = object['status'];
  const jobTemplate = dig(spec, 'jobTemplate', 'spec', 'template');
  return {
    ...keepMetadata(object),
    spec: {
      replicas: field(spec, 'replicas'), selector: field(spec, 'selector'),
      ...(jobTemplate === undefined ? { template: slimTemplate(field(spec, 'template')) } : { jobTemplate: { spec: { template: slimTemplate(jobTemplate) } } }),
    },
    status: Object.fromEntries(keptStatus.flatMap((key) => { const value = field(status, key); return value === undefined ? [] : [[key, value]]; })),
  };
}

/** And the endpoints of a slice. */
export function keepEndpointSlice(object: KubeObject): KubeObject {
  return {
    ...keepMetadata(object),
    addressType: object['addressType'],
    ports: object['ports'],
    endpoints: list(object['endpoints']).map((endpoint) => ({
      addresses: field(endpoint, 'addresses'), conditions: field(endpoint, 'conditions'), nodeName: field(endpoint, 'nodeName'), zone: field(endpoint, 'zone'),
      targetRef: { kind: dig(endpoint, 'targetRef', 'kind'), name: dig(endpoint, 'targetRef', 'name'), namespace: dig(endpoint, 'targetRef', 'namespace') },
    })),
  };
}

/** Of what Kuma's control plane knows of a proxy: the versions of its last subscription. */
export function keepDataplaneInsight(object: KubeObject): KubeObject {
  const last = list(dig(object, 'status', 'subscriptions')).at(-1);
  return {
    ...keepMetadata(object),
    mesh: object['mesh'],
    status: { subscriptions: last === undefined ? [] : [{ version: field(last, 'version') }] },
  };
}

/** Istio's mesh configuration and nothing else of a ConfigMap. */
export function keepMeshConfig(object: KubeObject): KubeObject {
  return { ...keepMetadata(object), data: { mesh: dig(object, 'data', 'mesh') } };
}

const keptConditions: ReadonlySet<string> = new Set(['Ready', 'PodReadyToStartContainers']);
const keptStatus = ['replicas', 'readyReplicas', 'availableReplicas', 'updatedReplicas', 'observedGeneration', 'currentRevision', 'updateRevision', 'desiredNumberScheduled', 'currentNumberScheduled', 'numberAvailable', 'updatedNumberScheduled', 'conditions'] as const;
const ballast = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

function slimMetadata(metadata: KubeObject['metadata']): KubeObject['metadata'] {
  const { managedFields: _managed, annotations, ...rest } = metadata;
  return isMap(annotations) ? { ...rest, annotations: withoutBallast(annotations) } : rest;
}

function withoutBallast(annotations: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !ballast.has(key)));
}

function slimTemplate(template: unknown): unknown {
  if (!isMap(template)) return undefined;
  const spec = field(template, 'spec'), annotations = dig(template, 'metadata', 'annotations');
  return {
    metadata: { labels: dig(template, 'metadata', 'labels'), annotations: isMap(annotations) ? withoutBallast(annotations) : undefined },
    spec: { serviceAccountName: field(spec, 'serviceAccountName'), hostNetwork: field(spec, 'hostNetwork'), ...slimContainers(spec) },
  };
}

function slimContainers(spec: unknown): Readonly<Record<string, unknown>> {
  const slim = (key: string): unknown[] => list(field(spec, key)).map((one) => ({ name: field(one, 'name'), image: field(one, 'image'), ports: field(one, 'ports') }));
  const initial = slim('initContainers');
  return initial.length > 0 ? { containers: slim('containers'), initContainers: initial } : { containers: slim('containers') };
}

function slimTermination(terminated: unknown): unknown {
  return isMap(terminated) ? { reason: field(terminated, 'reason'), exitCode: field(terminated, 'exitCode'), finishedAt: field(terminated, 'finishedAt') } : undefined;
}
