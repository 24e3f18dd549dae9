import { isInjected, proxyOf } from '../../mesh/linkerd-workloads.ts';
import type { Check } from '../check.ts';

export const notInjected: Check = {
  code: 'linkerd-workload/not-injected',
  severity: 'warning',
  kinds: ['OwnedPod'],
  title: 'Pods that should have a proxy and have none',
  meaning: 'Injection was asked for after these pods started, or the injector could not be reached then: their traffic is neither encrypted nor measured, and policies do not hold for them.',
  remedy: 'Restart them: `kubectl rollout restart`. If they come back without a proxy, look at the events of their ReplicaSet.',
  run: (pod, mesh, report) => {
    if (isInjected(pod.body, pod.namespace, mesh) && proxyOf(pod.body) === undefined) report('', `the pods of ${pod.name} run without linkerd-proxy`);
  },
};
