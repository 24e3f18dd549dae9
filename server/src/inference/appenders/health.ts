import { Health, type ServiceGraph } from '../graph.ts';
import { worst, type Verdict } from '../health/rate-health.ts';
import type { Replicas } from '../inventory.ts';
import { mapNodes, type AppenderContext } from './appender.ts';

/** Joins the state of a node's workloads to the health that its traffic gives: the worse of the two, as Kiali has it. */
export function health(graph: ServiceGraph, { inventory }: AppenderContext): ServiceGraph {
  return mapNodes(graph, (node) => {
    const byTraffic: Verdict = { health: node.health, percent: 100, reason: node.healthReason };
    let verdict = byTraffic;
    for (const { replicas } of inventory.workloadsOf(node.entity)) if (replicas) verdict = worst(verdict, ofReplicas(replicas));
    return verdict === byTraffic ? node : { ...node, health: verdict.health, healthReason: verdict.reason };
  });
}

/** Kiali's rules for a workload (facts: kiali §3). */
export function ofReplicas({ desired, current, available, syncedProxies }: Replicas): Verdict {
  const percent = desired > 0 ? Math.max(0, (desired - available) / desired) * 100 : 0;
  const verdict = (state: Health, reason: string): Verdict => ({ health: state, percent, reason });
  const ready = `${available} of ${desired} available`;
  if (desired === 0) return verdict(Health.notReady, 'scaled to 0');
  if (available === 0) return verdict(Health.failure, ready);
  if (available < desired || current < desired) return verdict(Health.degraded, ready);
  if (current !== desired) return verdict(Health.degraded, `${current} running, ${desired} desired`);
  if (syncedProxies >= 0 && syncedProxies < desired) return verdict(Health.degraded, `${syncedProxies} of ${desired} proxies in sync`);
  return verdict(Health.healthy, '');
}
