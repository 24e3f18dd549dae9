import { dig } from '../../model/fields.ts';
import { labelsFrom, selects } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { targetRefs, targetService } from '../../mesh/ambient.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { isL7AuthorizationPolicy } from '../../mesh/waypoints.ts';
import { findsWaypoint, isAmbient, hasAmbientLabel, isWaypointOrGateway, workloadLabels } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const policyNeedsWaypoint: Check = {
  code: 'workload/policy-needs-waypoint',
  kiali: 'KIA1317',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'Policy of HTTP on a workload without a waypoint',
  meaning: 'ztunnel cannot read requests: rules of HTTP are dropped, and an ALLOW policy that has no others refuses everything.',
  remedy: 'Name a waypoint with `istio.io/use-waypoint`, or keep to rules of identity, address and port.',
  run: (workload, mesh, report) => {
    if (isWaypointOrGateway(workload) || !(isAmbient(workload, mesh) || hasAmbientLabel(workload, mesh)) || findsWaypoint(workload, mesh)) return;
    const policy = mesh.find('kind-in', `AuthorizationPolicy/${workload.namespace}`).find((one) => isL7AuthorizationPolicy(one) && appliesTo(one, workload, mesh));
    if (policy !== undefined) report('workload', `AuthorizationPolicy ${policy.name} has rules of HTTP, and the workload uses no waypoint`);
  },
};

/** By Services that it targets, by its selector, or as the policy of the whole namespace. */
function appliesTo(policy: ConfigObject, workload: ConfigObject, mesh: Mesh): boolean {
  const refs = targetRefs(policy), labels = workloadLabels(workload);
  if (refs.length === 0) return selects(labelsFrom(dig(policy.spec, 'selector', 'matchLabels')), labels);
  return refs.some((ref) => {
    const selector = labelsFrom(dig(mesh.find('id', `Service/${policy.namespace}/${targetService(ref) ?? ''}`)[0]?.spec, 'selector'));
    return selector.size > 0 && selects(selector, labels);
  });
}
