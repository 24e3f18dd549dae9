import type { ConfigObject } from '../../model/config-object.ts';
import { dataplaneMode, waypointNamed } from '../../mesh/ambient.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { workloadLabels } from '../../mesh/workloads.ts';

/** True where the labels of a workload or its namespace name a waypoint, and the workload is not taken out of ambient. */
export function namesWaypoint(workload: ConfigObject, mesh: Mesh): boolean {
  const labels = workloadLabels(workload);
  return labels.get(dataplaneMode) !== 'none' && waypointNamed(labels, workload.namespace, mesh) !== undefined;
}
