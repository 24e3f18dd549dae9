import { missingWaypoint } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const requestAuthenticationWithoutWaypoint: Check = {
  code: 'request-authentication/ambient-no-waypoint',
  kiali: 'KIA1110',
  severity: 'warning',
  kinds: ['RequestAuthentication'],
  title: 'Needs a waypoint where there is none',
  meaning: 'Tokens are read by a waypoint; without one no request is authenticated.',
  remedy: 'Label the Service, or its namespace, with `istio.io/use-waypoint` and the name of a waypoint.',
  run: (object, mesh, report) => {
    const reason = missingWaypoint(object, mesh);
    if (reason !== undefined) report('', `${reason}, and ztunnel alone does not apply this RequestAuthentication`);
  },
};
