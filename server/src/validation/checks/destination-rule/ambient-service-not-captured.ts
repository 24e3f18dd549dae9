import { dig, texts } from '../../model/fields.ts';
import { ambientDestinations, isL7DestinationRule } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const ruleServiceNotCaptured: Check = {
  code: 'destination-rule/ambient-service-not-captured',
  kiali: 'KIA0211',
  severity: 'warning',
  kinds: ['DestinationRule'],
  title: 'Ambient Service without a waypoint',
  meaning: 'Traffic to the Service passes no waypoint, so this DestinationRule changes nothing.',
  remedy: 'Label the Service with `istio.io/use-waypoint`; `none` on it opts out of the namespace\'s waypoint.',
  run: (object, mesh, report) => {
    if (!isL7DestinationRule(object)) return;
    for (const { service, namespace, isCaptured } of ambientDestinations(texts([dig(object.spec, 'host')]), object.namespace, mesh)) {
      if (!isCaptured) report('spec/host', `Service ${namespace}/${service} uses no waypoint`);
    }
  },
};
