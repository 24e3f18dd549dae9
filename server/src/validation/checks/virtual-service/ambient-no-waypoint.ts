import { dig, texts } from '../../model/fields.ts';
import { isAmbientNamespace, waypointNamed } from '../../mesh/ambient.ts';
import { ambientDestinations, routesMeshRequests } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const virtualServiceWithoutWaypoint: Check = {
  code: 'virtual-service/ambient-no-waypoint',
  kiali: 'KIA1109',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'Needs a waypoint where there is none',
  meaning: 'Requests are handled by a waypoint; ztunnel alone forwards connections and does not read this VirtualService.',
  remedy: 'Label the Service, or the namespace, with `istio.io/use-waypoint` and the name of a waypoint.',
  run: (object, mesh, report) => {
    const { namespace } = object;
    if (!routesMeshRequests(object) || !isAmbientNamespace(namespace, mesh) || waypointNamed(new Map(), namespace, mesh) !== undefined) return;
    if (ambientDestinations(texts(dig(object.spec, 'hosts')), namespace, mesh).length === 0) report('spec/hosts[0]', `namespace ${namespace} is ambient and uses no waypoint`);
  },
};
