import { dig, texts } from '../../model/fields.ts';
import { isAmbientNamespace, waypointNamed } from '../../mesh/ambient.ts';
import { ambientDestinations, isL7DestinationRule } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const ruleWithoutWaypoint: Check = {
  code: 'destination-rule/ambient-no-waypoint',
  kiali: 'KIA0210',
  severity: 'warning',
  kinds: ['DestinationRule'],
  title: 'Needs a waypoint where there is none',
  meaning: 'Requests are handled by a waypoint; ztunnel alone forwards connections and does not read this DestinationRule.',
  remedy: 'Label the Service, or the namespace, with `istio.io/use-waypoint` and the name of a waypoint.',
  run: (object, mesh, report) => {
    const { namespace } = object;
    if (!isL7DestinationRule(object) || !isAmbientNamespace(namespace, mesh) || waypointNamed(new Map(), namespace, mesh) !== undefined) return;
    if (ambientDestinations(texts([dig(object.spec, 'host')]), namespace, mesh).length === 0) report('spec/host', `namespace ${namespace} is ambient and uses no waypoint`);
  },
};
