import { dig, field, list, shown, text } from '../../validation/model/fields.ts';
import { timeMs, type KubeObject } from '../kube-object.ts';
import type { ObjectChange } from '../watch/watch-input.ts';
import { controllerOf } from '../workload-of-pod.ts';
import type { Happening } from './happening.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
/** A roll-back takes up an old replica set: when that was made says nothing of when the rollout began. */
const longestRolloutMs = 3_600_000;

/** Reasons of the condition `Progressing` while a rollout is under way. */
const underWayReasons: ReadonlySet<string> = new Set(['NewReplicaSetCreated', 'FoundNewReplicaSet', 'ReplicaSetUpdated']);

/**
 * The rollout of a Deployment's present revision: under way, as it began; finished (condition `Progressing`, reason
 * `NewReplicaSetAvailable`), in its place; or given up (`ProgressDeadlineExceeded`), beside it. Whoever asks what a failure
 * came from cannot wait for the end of the rollout, which may never come. All of it stands in the objects, so a rollout that
 * nobody watched is told as well, and one that is seen twice has the same id.
 */
export function deploymentRollout(deployment: KubeObject, replicaSets: ReadonlyMap<string, KubeObject>): Happening | undefined {
  const { uid, name, namespace } = deployment.metadata;
  const revision = annotation(deployment, revisionKey);
  const condition = list(dig(deployment, 'status', 'conditions')).find((one) => field(one, 'type') === 'Progressing');
  const reason = shown(field(condition, 'reason')), failed = reason === 'ProgressDeadlineExceeded', begins = underWayReasons.has(reason);
  // The condition's last update is when the rollout ended; its last transition is when the Deployment first made progress.
  const endMs = timeMs(field(condition, 'lastUpdateTime'));
  if (revision === '' || endMs === undefined || (!failed && !begins && reason !== 'NewReplicaSetAvailable')) return undefined;
  if (dig(deployment, 'status', 'observedGeneration') !== deployment.metadata['generation']) return undefined;
  const own = ofDeployment(deployment, replicaSets);
  const present = own.find((one) => annotation(one, revisionKey) === revision);
  const forerunner = own.filter((one) => Number(annotation(one, revisionKey)) < Number(revision)).sort((a, b) => Number(annotation(b, revisionKey)) - Number(annotation(a, revisionKey)))[0];
  const madeMs = timeMs(present?.metadata['creationTimestamp']) ?? endMs, isItsMaking = present !== undefined && madeMs <= endMs && endMs - madeMs <= longestRolloutMs;
  if (begins && !isItsMaking) return undefined;
  const before = forerunner === undefined ? '' : imagesOf(forerunner), after = imagesOf(deployment);
  const kind = before !== after ? 'deploy' : 'rollout';
  return {
    timeMs: isItsMaking ? madeMs : endMs, endMs: begins ? madeMs : endMs,
    id: `${failed ? 'rollout-failed' : 'rollout'}:${uid}:${revision}`,
    kind, title: failed ? `${name}: the rollout of revision ${revision} did not finish in time` : `${name}: revision ${revision} ${begins ? 'began to roll out' : 'rolled out'}`,
    body: failed ? (text(field(condition, 'message')) ?? '') : '', namespace, workload: name, before, after,
  };
}

/**
 * Rollouts of StatefulSets and DaemonSets, whose status says only that all pods run the present template: one begins when the
 * template changes, and has ended when that is true of it. The end is told in the place of the beginning.
 */
export class RevisionRollouts {
  /** By uid: what all pods ran last, and the template that came after it: when, and by which id it is told. */
  readonly #settled = new Map<string, { readonly template: string; readonly images: string; next: { readonly template: string; readonly sinceMs: number; readonly id: string } | null }>();

  apply({ type, object }: ObjectChange, nowMs: number): Happening | undefined {
    const { uid, name, namespace } = object.metadata;
    if (type === 'deleted') {
      this.#settled.delete(uid);
      return undefined;
    }
    const template = JSON.stringify(dig(object, 'spec', 'template') ?? null), last = this.#settled.get(uid);
    const after = imagesOf(object), hasEnded = runsOneTemplate(object);
    const begins = last !== undefined && last.template !== template && last.next?.template !== template;
    if (begins) last.next = { template, sinceMs: nowMs, id: `rollout:${uid}:${shown(object.metadata['generation'])}` };
    if (hasEnded) this.#settled.set(uid, { template, images: after, next: null });
    if (!last?.next || last.template === template || (!begins && !hasEnded)) return undefined;
    return {
      timeMs: last.next.sinceMs, endMs: hasEnded ? nowMs : last.next.sinceMs, id: last.next.id, kind: last.images !== after ? 'deploy' : 'rollout',
      title: `${name}: ${hasEnded ? 'rolled out' : 'began to roll out'}`, body: '', namespace, workload: name, before: last.images, after,
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
