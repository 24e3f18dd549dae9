import { dig, texts } from '../../model/fields.ts';
import { ambientDestinations, routesMeshRequests } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const virtualServiceServiceNotCaptured: Check = {
  code: 'virtual-service/ambient-service-not-captured',
  kiali: 'KIA1113',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'Ambient Service without a waypoint',
  meaning: 'Traffic to the Service passes no waypoint, so this VirtualService changes nothing.',
  remedy: 'Label the Service with `istio.io/use-waypoint`; `none` on it opts out of the namespace\'s waypoint.',
  run: (object, mesh, report) => {
    if (!routesMeshRequests(object)) return;
    for (const { index, service, namespace, isCaptured } of ambientDestinations(texts(dig(object.spec, 'hosts')), object.namespace, mesh)) {
      if (!isCaptured) report(`spec/hosts[${index}]`, `Service ${namespace}/${service} uses no waypoint`);
    }
  },
};
