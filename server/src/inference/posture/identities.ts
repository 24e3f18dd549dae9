import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { ServiceGraph } from '../graph.ts';

/** The identities that one workload was seen with. */
export interface WorkloadIdentity {
  readonly node: string;
  readonly entity: Entity;
  /** Sorted. */
  readonly principals: readonly string[];
  /** Those that name another namespace than its own, or no service account. */
  readonly unexpected: readonly string[];
}

const workloads: ReadonlySet<string> = new Set([EntityKind.workload, EntityKind.app, EntityKind.gateway, EntityKind.waypoint]);

/** Identities by workload: of callers from their peer certificates, of callees from what their proxies present; the odd ones first. */
export function identitiesOf({ nodes, edges }: Pick<ServiceGraph, 'nodes' | 'edges'>): WorkloadIdentity[] {
  const seen = new Map<string, Set<string>>();
  const add = (node: string, principals: readonly string[]): void => {
    let known = seen.get(node);
    if (!known) seen.set(node, (known = new Set()));
    for (const principal of principals) if (principal !== '') known.add(principal);
  };
  for (const { source, destination, sourcePrincipals, destinationPrincipals } of edges) {
    add(source, sourcePrincipals);
    add(destination, destinationPrincipals);
  }
  const identities = nodes.flatMap(({ id, entity }): WorkloadIdentity[] => {
    const principals = [...seen.get(id) ?? []].sort();
    if (principals.length === 0 || !workloads.has(entity.kind)) return [];
    return [{ node: id, entity, principals, unexpected: principals.filter((one) => !belongsTo(one, entity)) }];
  });
  return identities.sort((a, b) => b.unexpected.length - a.unexpected.length || (a.node < b.node ? -1 : 1));
}

/** Whether a principal names a service account of the entity's namespace. */
function belongsTo(principal: string, { namespace }: Entity): boolean {
  const named = namespaceOfPrincipal(principal);
  return named !== null && (namespace === '' || named === namespace);
}

/**
 * The namespace in `spiffe://<trust domain>/ns/<namespace>/sa/<account>` (Istio, Consul; the scheme may be missing), or in
 * `<account>.<namespace>.serviceaccount.identity.<control plane>.<trust domain>` (Linkerd); null in anything else.
 */
export function namespaceOfPrincipal(principal: string): string | null {
  return /^(?:spiffe:\/\/)?[^/]+\/ns\/([^/]+)\/sa\/[^/]+$/.exec(principal)?.[1] ?? /^[^./]+\.([^./]+)\.serviceaccount\.identity\./.exec(principal)?.[1] ?? null;
}
