import { dig, texts } from '../../model/fields.ts';
import { ambientDestinations, routesMeshRequests } from '../../mesh/waypoints.ts';
import type { Check } from '../check.ts';

export const virtualServiceOfOtherNamespace: Check = {
  code: 'virtual-service/ambient-other-namespace',
  kiali: 'KIA1114',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'Not in the namespace of its ambient Service',
  meaning: 'A waypoint reads configuration of the namespace of its Services only, so this VirtualService changes nothing.',
  remedy: 'Move the VirtualService to the namespace of the Service.',
  run: (object, mesh, report) => {
    if (!routesMeshRequests(object)) return;
    for (const { index, service, namespace } of ambientDestinations(texts(dig(object.spec, 'hosts')), object.namespace, mesh)) {
      if (namespace !== object.namespace) report(`spec/hosts[${index}]`, `Service ${service} is in ambient namespace ${namespace}, the VirtualService in ${object.namespace}`);
    }
  },
};
