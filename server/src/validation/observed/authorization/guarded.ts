import { dig, field, list, text } from '../../model/fields.ts';
import { selects } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { targetRefs, targetService } from '../../mesh/ambient.ts';
import { serverMtls } from '../../mesh/server-mtls.ts';
import { workloadLabels } from '../../mesh/workloads.ts';
import { selectorOf } from '../../checks/selector/selector-of.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import type { ObservedContext } from '../observed-check.ts';

/** What policies are enforced on together, with the traffic into it. */
export interface Guarded {
  readonly policies: readonly ConfigObject[];
  /** True where plaintext is refused before any of them is asked. */
  readonly isStrict: boolean;
  readonly edges: readonly EdgeEvidence[];
}

export type Action = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

/** `spec.action`; `ALLOW` where it is left out or unknown, as Istio has it. */
export function actionOf({ spec }: ConfigObject): Action {
  const action = text(field(spec, 'action'));
  return action === 'DENY' || action === 'AUDIT' || action === 'CUSTOM' ? action : 'ALLOW';
}

/** `spec.rules`; none match nothing. */
export function rulesOf(policy: ConfigObject): readonly unknown[] {
  return list(dig(policy.spec, 'rules'));
}

/**
 * Workloads with the AuthorizationPolicies that select them (by labels, for their namespace, or for the mesh), and Services
 * with those that target them: what a waypoint enforces. Policies for gateways and classes of them are left out.
 */
export function guarded({ mesh, objects, traffic }: Pick<ObservedContext, 'mesh' | 'objects' | 'traffic'>): Guarded[] {
  const { rootNamespace, identityDomain } = mesh.settings;
  const policies = objects('AuthorizationPolicy'), selecting = Map.groupBy(policies.filter((policy) => targetRefs(policy).length === 0), ({ namespace }) => namespace);
  const found: Guarded[] = [];
  for (const workload of objects('Workload')) {
    const { namespace } = workload, near = [...selecting.get(namespace) ?? [], ...(namespace === rootNamespace ? [] : selecting.get(rootNamespace) ?? [])];
    if (near.length === 0) continue;
    const labels = workloadLabels(workload), own = near.filter((policy) => selects(selectorOf(policy).labels, labels)), edges = traffic.into(workload);
    if (own.length > 0) found.push({ policies: own, edges, isStrict: serverMtls(labels, namespace, mesh).mode === 'STRICT' });
  }
  const targeting = new Map<string, ConfigObject[]>();
  for (const policy of policies) {
    for (const name of targetRefs(policy).flatMap((ref) => targetService(ref) ?? [])) {
      const host = `${name}.${policy.namespace}.${identityDomain}`;
      targeting.set(host, [...targeting.get(host) ?? [], policy]);
    }
  }
  for (const [host, own] of targeting) found.push({ policies: own, edges: traffic.toHost(host), isStrict: false });
  return found;
}
