import { dig, field, integer, list } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { routeKinds } from './attachments.ts';
import { backendsOf } from './backends.ts';

export const backendPort: Check = {
  code: 'gateway-api/backend-port',
  severity: 'error',
  kinds: routeKinds,
  title: 'Port that the Service does not have',
  meaning: 'The backend is not resolved: requests that take the rule get 500.',
  remedy: 'Write a `port` of the Service, which is not the `targetPort` of its pods. A Service as backend always needs one.',
  run: (route, mesh, report) => {
    for (const { path, body, name, namespace } of backendsOf(route)) {
      const [service] = mesh.find('id', `Service/${namespace}/${name}`), port = integer(field(body, 'port'));
      if (port === undefined && field(body, 'port') === undefined) report(path, `the reference to Service ${namespace}/${name} has no port`);
      if (service === undefined || port === undefined) continue;
      const ports = list(dig(service.spec, 'ports')), target = ports.find((one) => field(one, 'targetPort') === port);
      if (!ports.some((one) => field(one, 'port') === port)) report(`${path}/port`, `Service ${namespace}/${name} has no port ${port}${target === undefined ? '' : `; that is the target of its port ${integer(field(target, 'port')) ?? '?'}`}`);
    }
  },
};
