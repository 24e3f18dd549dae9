import { expect, it } from 'vitest';
import { workloadOfPod } from './workload-name.ts';

it.each([
  ['reviews-v1-545db77b95-s6jb8', 'reviews-v1'],
  ['coredns-558bd4d5db-w2m67', 'coredns'],
  ['node-local-dns-88zrp', 'node-local-dns'],
  ['zookeeper-2', 'zookeeper'],
  ['deathstar-7848d6c4d5-th9v2', 'deathstar'],
  ['agent-probe', 'agent-probe'],
  ['xwing', 'xwing'],
  ['', ''],
])('names what made the pod %s', (pod, workload) => {
  expect(workloadOfPod(pod)).toBe(workload);
});
