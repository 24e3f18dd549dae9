import { dig, field, list, shown, text } from '../../validation/model/fields.ts';
import { timeMs } from '../kube-object.ts';
import type { ObjectChange } from '../watch/watch-input.ts';
import type { Happening } from './happening.ts';

/** Containers of a pod that were restarted between two versions of it, with how they ended. */
export function restartsOf({ object: pod, previous }: ObjectChange, workload: string, nowMs: number): readonly Happening[] {
  if (previous === undefined || previous.metadata.uid !== pod.metadata.uid) return [];
  const before = new Map(list(dig(previous, 'status', 'containerStatuses')).map((one) => [field(one, 'name'), restartCount(one)]));
  return list(dig(pod, 'status', 'containerStatuses')).flatMap((container): Happening[] => {
    const name = shown(field(container, 'name')), count = restartCount(container), known = before.get(name);
    if (known === undefined || count <= known) return [];
    const ended = dig(container, 'lastState', 'terminated'), reason = text(field(ended, 'reason')) ?? '', exitCode = shown(field(ended, 'exitCode'));
    const how = [reason, exitCode === '' ? '' : `exit code ${exitCode}`].filter((part) => part !== '').join(', ');
    const endedMs = timeMs(field(ended, 'finishedAt')) ?? nowMs;
    return [{
      timeMs: endedMs, endMs: endedMs, id: `restart:${pod.metadata.uid}:${name}:${count}`, kind: 'restart',
      title: `${workload}: container ${name} restarted${how === '' ? '' : ` (${how})`}`, body: `pod ${pod.metadata.name}, restart ${count}`,
      namespace: pod.metadata.namespace, workload, before: '', after: '',
    }];
  });
}

function restartCount(container: unknown): number {
  const count = field(container, 'restartCount');
  return Number.isInteger(count) ? (count as number) : 0;
}
