import { namesWaypoint } from './names-waypoint.ts';
import { isAmbient } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const waypointWithoutAmbient: Check = {
  code: 'workload/waypoint-without-ambient',
  kiali: 'KIA1312',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'Waypoint for a workload that is not ambient',
  meaning: 'Only ztunnel sends traffic through a waypoint, and this workload is not behind one.',
  remedy: 'Make the workload or its namespace ambient, or remove `istio.io/use-waypoint`.',
  run: (workload, mesh, report) => {
    if (namesWaypoint(workload, mesh) && !isAmbient(workload, mesh)) report('workload', 'a waypoint is named by label, but the workload is not ambient');
  },
};
