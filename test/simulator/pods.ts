import type { Pod } from './happening.ts';
import type { Random } from './random.ts';
import type { Scenario, Service } from './scenario.ts';

/** The pods of a scenario, and who of them answers. */
export interface Pods {
  readonly all: readonly Pod[];
  /** Any pod of a workload. */
  of(workload: string): Pod;
  /** A pod that a call to a service reaches, by the weights of its backends. */
  behind(service: Service): Pod;
}

/** Names and addresses as Kubernetes would give them; the same for the same random numbers. */
export function createPods(scenario: Scenario, random: Random): Pods {
  const pods = makePods(scenario, random);
  const of = (workload: string): Pod => pick(random, pods.get(workload) ?? []);
  return {
    all: [...pods.values()].flat(),
    of,
    behind(service) {
      let left = random.next();
      for (const { workload, weight } of service.backends) if ((left -= weight) < 0) return of(workload);
      return of(service.backends[0]?.workload ?? '');
    },
  };
}

function makePods(scenario: Scenario, random: Random): Map<string, Pod[]> {
  let address = 1;
  return new Map(scenario.workloads.map((workload) => [
    workload.name,
    Array.from({ length: workload.pods }, () => ({
      workload, name: `${workload.name}-${madeSuffix(random, 9)}-${madeSuffix(random, 5)}`, ip: `10.244.${workload.node === 'node-a' ? 1 : 2}.${address++}`,
    })),
  ]));
}

/** Kubernetes makes suffixes of an alphabet without vowels and look-alikes. */
function madeSuffix(random: Random, length: number): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  let out = '';
  while (out.length < length) out += alphabet.charAt(Math.floor(random.next() * alphabet.length));
  return out;
}

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
