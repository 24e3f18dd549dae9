import type { ConfigObject } from '../../model/config-object.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { policySelector } from '../../mesh/mtls.ts';

/** True for the policy of the whole mesh: in the root namespace and without a selector. */
export function isForMesh(policy: ConfigObject, { settings }: Mesh): boolean {
  return policy.namespace === settings.rootNamespace && policySelector(policy).size === 0;
}

/** True for the policy of one whole namespace. */
export function isForNamespace(policy: ConfigObject, { settings }: Mesh): boolean {
  return policy.namespace !== settings.rootNamespace && policySelector(policy).size === 0;
}
