import { isL7AuthorizationPolicy, missingWaypoint } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const authorizationWithoutWaypoint: Check = {
  code: 'authorization-policy/ambient-no-waypoint',
  kiali: 'KIA0109',
  severity: 'warning',
  kinds: ['AuthorizationPolicy'],
  title: 'Needs a waypoint where there is none',
  meaning: 'Rules of HTTP need a waypoint. Without one ztunnel cannot read the request, and refuses what an ALLOW rule of that kind should let in.',
  remedy: 'Label the Service, or its namespace, with `istio.io/use-waypoint` and the name of a waypoint.',
  run: (object, mesh, report) => {
    const reason = isL7AuthorizationPolicy(object) ? missingWaypoint(object, mesh) : undefined;
    if (reason !== undefined) report('', `${reason}, and ztunnel alone does not apply this AuthorizationPolicy`);
  },
};
