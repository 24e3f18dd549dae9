import { field, list, text } from '../model/fields.ts';
import { noLabels, type Labels } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Mesh } from './mesh.ts';

/** Label of namespaces and workloads: with `ambient` ztunnel takes their traffic, with `none` it does not. */
export const dataplaneMode = 'istio.io/dataplane-mode';
const useWaypoint = 'istio.io/use-waypoint', useWaypointNamespace = 'istio.io/use-waypoint-namespace';

/** Labels of a namespace; none where there is no such object. */
export function namespaceLabels(namespace: string, mesh: Mesh): Labels {
  return mesh.find('id', `Namespace/${namespace}`)[0]?.labels ?? noLabels;
}

/** True where the namespace is labelled for the ambient data plane. */
export function isAmbientNamespace(namespace: string, mesh: Mesh): boolean {
  return namespaceLabels(namespace, mesh).get(dataplaneMode) === 'ambient';
}

/** The waypoint that the labels of a Service or a workload name, or those of its namespace; `none` opts out. */
export function waypointNamed(labels: Labels, namespace: string, mesh: Mesh): { readonly name: string; readonly namespace: string } | undefined {
  const deciding = labels.has(useWaypoint) ? labels : namespaceLabels(namespace, mesh);
  const name = text(deciding.get(useWaypoint));
  return name === undefined || name === 'none' ? undefined : { name, namespace: deciding.get(useWaypointNamespace) ?? namespace };
}

/** The targets that a policy names, which is what attaches it to a waypoint. */
export function targetRefs({ spec }: ConfigObject): unknown[] {
  const single = field(spec, 'targetRef');
  return [...(single === undefined || single === null ? [] : [single]), ...list(field(spec, 'targetRefs'))];
}

/** The Service that a target names, or undefined for targets of other kinds. */
export function targetService(ref: unknown): string | undefined {
  const group = field(ref, 'group') ?? '';
  return field(ref, 'kind') === 'Service' && (group === '' || group === 'core') ? text(field(ref, 'name')) : undefined;
}
