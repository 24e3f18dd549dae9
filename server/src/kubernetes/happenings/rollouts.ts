import { dig, field, list, shown, text } from '../../validation/model/fields.ts';
import { timeMs, type KubeObject } from '../kube-object.ts';
import type { ObjectChange } from '../watch/watch-input.ts';
import { controllerOf } from '../workload-of-pod.ts';
import type { Happening } from './happening.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
/** A roll-back takes up an old replica set: when that was made says nothing of when the rollout began. */
const longestRolloutMs = 3_600_000;

/**
 * The rollout of a Deployment's present revision, once it is over: finished (condition `Progressing`, reason
 * `NewReplicaSetAvailable`) or given up (`ProgressDeadlineExceeded`). All of it stands in the objects, so a rollout that
 * nobody watched is told as well, and one that is seen twice has the same id.
 */
export function deploymentRollout(deployment: KubeObject, replicaSets: ReadonlyMap<string, KubeObject>): Happening | undefined {
  const { uid, name, namespace } = deployment.metadata;
  const revision = annotation(deployment, revisionKey);
  const condition = list(dig(deployment, 'status', 'conditions')).find((one) => field(one, 'type') === 'Progressing');
  const failed = field(condition, 'reason') === 'ProgressDeadlineExceeded';
  // The condition's last update is when the rollout ended; its last transition is when the Deployment first made progress.
  const endMs = timeMs(field(condition, 'lastUpdateTime'));
  if (revision === '' || endMs === undefined || (!failed && field(condition, 'reason') !== 'NewReplicaSetAvailable')) return undefined;
  if (dig(deployment, 'status', 'observedGeneration') !== deployment.metadata['generation']) return undefined;
  const own = ofDeployment(deployment, replicaSets);
  const present = own.find((one) => annotation(one, revisionKey) === revision);
  const forerunner = own.filter((one) => Number(annotation(one, revisionKey)) < Number(revision)).sort((a, b) => Number(annotation(b, revisionKey)) - Number(annotation(a, revisionKey)))[0];
  const madeMs = timeMs(present?.metadata['creationTimestamp']) ?? endMs;
  const before = forerunner === undefined ? '' : imagesOf(forerunner), after = imagesOf(deployment);
  const kind = before !== after ? 'deploy' : 'rollout';
  return {
    timeMs: madeMs <= endMs && endMs - madeMs <= longestRolloutMs ? madeMs : endMs, endMs,
    id: `${failed ? 'rollout-failed' : 'rollout'}:${uid}:${revision}`,
    kind, title: failed ? `${name}: the rollout of revision ${revision} did not finish in time` : `${name}: revision ${revision} rolled out`,
    body: failed ? (text(field(condition, 'message')) ?? '') : '', namespace, workload: name, before, after,
  };
}

/**
 * Rollouts of StatefulSets and DaemonSets, whose status says only that all pods run the present template: the end of one is
 * when that becomes true of another template than before.
 */
export class RevisionRollouts {
  /** By uid: what all pods ran last, and when another template was first seen. */
  readonly #settled = new Map<string, { template: string; images: string; changedMs: number }>();

  apply({ type, object }: ObjectChange, nowMs: number): Happening | undefined {
    const { uid, name, namespace } = object.metadata;
    if (type === 'deleted') {
      this.#settled.delete(uid);
      return undefined;
    }
    const template = JSON.stringify(dig(object, 'spec', 'template') ?? null), last = this.#settled.get(uid);
    if (last !== undefined && last.template !== template && last.changedMs === 0) last.changedMs = nowMs;
    if (!runsOneTemplate(object)) return undefined;
    const after = imagesOf(object);
    this.#settled.set(uid, { template, images: after, changedMs: 0 });
    if (last === undefined || last.template === template) return undefined;
    return {
      timeMs: last.changedMs, endMs: nowMs, id: `rollout:${uid}:${shown(object.metadata['generation'])}`, kind: last.images !== after ? 'deploy' : 'rollout',
      title: `${name}: rolled out`, body: '', namespace, workload: name, before: last.images, after,
    };
  }
}

/** Somebody or an autoscaler asked for another number of replicas. */
export function scaling({ object, previous }: ObjectChange, nowMs: number): Happening | undefined {
  const before = dig(previous, 'spec', 'replicas'), after = dig(object, 'spec', 'replicas');
  if (previous === undefined || before === after || !Number.isInteger(before) || !Number.isInteger(after)) return undefined;
  const { uid, name, namespace } = object.metadata;
  return {
    timeMs: nowMs, endMs: nowMs, id: `scale:${uid}:${shown(object.metadata['generation'])}`, kind: 'scale', title: `${name}: ${shown(before)} → ${shown(after)} replicas`,
    body: '', namespace, workload: name, before: shown(before), after: shown(after),
  };
}

/** Images of a workload's containers in their order, one a line. */
function imagesOf(workload: KubeObject): string {
  return list(dig(workload, 'spec', 'template', 'spec', 'containers')).map((container) => shown(field(container, 'image'))).join('\n');
}

function runsOneTemplate(object: KubeObject): boolean {
  const status = object['status'];
  if (field(status, 'observedGeneration') !== object.metadata['generation']) return false;
  return object.kind === 'DaemonSet' ? field(status, 'updatedNumberScheduled') === field(status, 'desiredNumberScheduled') : field(status, 'currentRevision') === field(status, 'updateRevision');
}

function ofDeployment({ metadata: { namespace, name } }: KubeObject, replicaSets: ReadonlyMap<string, KubeObject>): KubeObject[] {
  return replicaSets.values().filter((one) => one.metadata.namespace === namespace && controllerOf(one)?.name === name && controllerOf(one)?.kind === 'Deployment').toArray();
}

function annotation(object: KubeObject, key: string): string {
  return text(dig(object, 'metadata', 'annotations', key)) ?? '';
}
