import { dig, texts } from '../../model/fields.ts';
import { ambientDestinations, isL7DestinationRule } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const ruleOfOtherNamespace: Check = {
  code: 'destination-rule/ambient-other-namespace',
  kiali: 'KIA0212',
  severity: 'warning',
  kinds: ['DestinationRule'],
  title: 'Not in the namespace of its ambient Service',
  meaning: 'A waypoint reads configuration of the namespace of its Services only, so this DestinationRule changes nothing.',
  remedy: 'Move the DestinationRule to the namespace of the Service.',
  run: (object, mesh, report) => {
    if (!isL7DestinationRule(object)) return;
    for (const { service, namespace } of ambientDestinations(texts([dig(object.spec, 'host')]), object.namespace, mesh)) {
      if (namespace !== object.namespace) report('spec/host', `Service ${service} is in ambient namespace ${namespace}, the DestinationRule in ${object.namespace}`);
    }
  },
};
