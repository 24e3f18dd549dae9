import { namesWaypoint } from './names-waypoint.ts';
import { findsWaypoint } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const waypointNotFound: Check = {
  code: 'workload/waypoint-not-found',
  kiali: 'KIA1313',
  severity: 'error',
  kinds: ['Workload'],
  title: 'Waypoint that does not exist',
  meaning: 'ztunnel finds no waypoint for the workload: its traffic is refused, or passes without the policies of HTTP.',
  remedy: 'Create the waypoint (`istioctl waypoint apply`), or correct the name in `istio.io/use-waypoint`.',
  run: (workload, mesh, report) => {
    if (namesWaypoint(workload, mesh) && !findsWaypoint(workload, mesh)) report('workload', 'no Gateway or workload is the waypoint that is named by label');
  },
};
