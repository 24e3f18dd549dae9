import { isL7Telemetry, missingWaypoint } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const telemetryWithoutWaypoint: Check = {
  code: 'telemetry/ambient-no-waypoint',
  kiali: 'KIA1112',
  severity: 'warning',
  kinds: ['Telemetry'],
  title: 'Needs a waypoint where there is none',
  meaning: 'Traces, access logs of requests and request metrics come from a waypoint; without one there are none.',
  remedy: 'Label the Service, or its namespace, with `istio.io/use-waypoint` and the name of a waypoint.',
  run: (object, mesh, report) => {
    const reason = isL7Telemetry(object) ? missingWaypoint(object, mesh) : undefined;
    if (reason !== undefined) report('', `${reason}, and ztunnel alone does not apply this Telemetry`);
  },
};
