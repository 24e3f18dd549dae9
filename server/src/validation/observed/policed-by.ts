import type { EdgeEvidence } from '../evidence/evidence.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { serverMtls } from '../mesh/server-mtls.ts';
import { isWaypointOrGateway, workloadLabels } from '../mesh/workloads.ts';
import type { ObservedContext } from './observed-check.ts';

/** What one policy decides about, as far as traffic shows it. */
export interface Policed {
  /** How many workloads the policy decides for. */
  readonly workloads: number;
  /** What was seen to go into them, without traffic of which the policy may not be what decides. */
  readonly edges: readonly EdgeEvidence[];
}

/**
 * The PeerAuthentications from which workloads have a mode, with the traffic into those workloads. Where single ports have
 * another mode, only traffic to known other ports counts. Gateways are left out: their listeners have TLS settings of their own.
 */
export function policedBy({ mesh, objects, traffic }: Pick<ObservedContext, 'mesh' | 'objects' | 'traffic'>, wanted: 'STRICT' | 'PERMISSIVE'): ReadonlyMap<ConfigObject, Policed> {
  const found = new Map<ConfigObject, { workloads: number; edges: EdgeEvidence[] }>();
  for (const workload of objects('Workload')) {
    if (isWaypointOrGateway(workload)) continue;
    const { mode, policy, ports } = serverMtls(workloadLabels(workload), workload.namespace, mesh);
    if (mode !== wanted || policy === undefined) continue;
    let policed = found.get(policy);
    if (policed === undefined) found.set(policy, policed = { workloads: 0, edges: [] });
    policed.workloads++;
    for (const one of traffic.into(workload)) {
      if (ports.size === 0 || (one.edge.ports.length > 0 && !one.edge.ports.some((port) => ports.has(port)))) policed.edges.push(one);
    }
  }
  return found;
}
