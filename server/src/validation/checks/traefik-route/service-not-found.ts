import { dig, field, shown } from '../../model/fields.ts';
import { hasPort, referencesOf, serviceAt } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikServiceNotFound: Check = {
  code: 'traefik-route/service-not-found',
  severity: 'error',
  kinds: ['TraefikRoute', 'TraefikService'],
  title: 'Service or port that does not exist',
  meaning: 'Traefik does not build the route: its requests get 404, or take another route that matches.',
  remedy: 'Name an existing Service or TraefikService, its namespace, and a port of the Service by number or name.',
  run: (object, mesh, report) => {
    for (const reference of referencesOf(object)) {
      const { path, kind, name, namespace, body } = reference, service = serviceAt(reference, mesh), port = field(body, 'port');
      if (service === undefined) report(`${path}/name`, `there is no ${kind} ${namespace}/${name}`);
      // Of a name outside the cluster the port is the one that the route gives.
      else if (kind === 'Service' && dig(service.spec, 'type') !== 'ExternalName' && shown(port) !== '' && !hasPort(service, port)) report(`${path}/port`, `Service ${namespace}/${name} has no port ${shown(port)}`);
    }
  },
};
