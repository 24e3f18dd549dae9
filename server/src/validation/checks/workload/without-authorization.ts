import { dig } from '../../model/fields.ts';
import { labelsFrom, selects } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { isAmbientNamespace, targetRefs, targetService } from '../../mesh/ambient.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { hasInjectionLabel, hasSidecar, isWaypointOrGateway, workloadLabels } from '../../mesh/workloads.ts';
import { selectorOf } from '../selector/selector-of.ts';
import type { Check } from '../check.ts';

export const withoutAuthorization: Check = {
  code: 'workload/without-authorization',
  kiali: 'KIA1301',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'No AuthorizationPolicy covers the workload',
  meaning: 'Whoever reaches the workload may call it.',
  remedy: 'Add an AuthorizationPolicy that allows its callers; a policy without rules denies all others.',
  run: (workload, mesh, report) => {
    const { namespace } = workload, { rootNamespace } = mesh.settings;
    if (isWaypointOrGateway(workload) || mesh.settings.controlPlaneNamespaces.includes(namespace) || !usesMesh(workload, mesh)) return;
    const isCovered = [namespace, rootNamespace].some((home) => mesh.find('kind-in', `AuthorizationPolicy/${home}`).some((policy) => covers(policy, workload, mesh)));
    if (!isCovered) report('workload', `no AuthorizationPolicy of ${namespace}${namespace === rootNamespace ? '' : ` or ${rootNamespace}`} applies to it`);
  },
};

/** Manifests without any sign of a mesh have no use for its policies. */
function usesMesh(workload: ConfigObject, mesh: Mesh): boolean {
  return hasInjectionLabel(workload, mesh) || isAmbientNamespace(workload.namespace, mesh) || hasSidecar(workload, mesh) || mesh.find('kind', 'AuthorizationPolicy').length > 0;
}

function covers(policy: ConfigObject, workload: ConfigObject, mesh: Mesh): boolean {
  const refs = targetRefs(policy), labels = workloadLabels(workload);
  if (refs.length === 0) return selects(selectorOf(policy).labels, labels);
  return refs.some((ref) => {
    const service = targetService(ref);
    if (service === undefined) return policy.namespace === workload.namespace;
    const selector = labelsFrom(dig(mesh.find('id', `Service/${policy.namespace}/${service}`)[0]?.spec, 'selector'));
    return selector.size > 0 && selects(selector, labels);
  });
}
