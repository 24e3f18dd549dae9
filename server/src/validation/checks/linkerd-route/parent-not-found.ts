import { field, integer, list, shown } from '../../model/fields.ts';
import { parentsOf, readReference } from '../../mesh/linkerd-references.ts';
import type { Check } from '../check.ts';

export const linkerdParentNotFound: Check = {
  code: 'linkerd-route/parent-not-found',
  severity: 'error',
  kinds: ['LinkerdRoute', 'HTTPRoute', 'GRPCRoute'],
  title: 'Route of a Server, Service or port that does not exist',
  meaning: 'The route is attached to nothing: requests pass as if it were not there, without its filters, timeouts and authorizations.',
  remedy: 'Name a Server of the same namespace, or a Service and one of its ports.',
  run: (route, mesh, report) => {
    for (const { path, ref, kind, port } of parentsOf(route)) {
      // Services of routes of the Gateway API are looked at by gateway-api/backend-not-found.
      if (kind === 'Service' && route.type !== 'LinkerdRoute') continue;
      const referred = readReference({ ...(ref as object), group: field(ref, 'group') ?? (kind === 'Service' ? '' : 'policy.linkerd.io') }, route.namespace, mesh);
      if (referred === undefined) continue;
      if (referred.object === undefined) report(`${path}/name`, `there is no ${kind} ${referred.place}`);
      else if (kind === 'Service' && integer(port) !== undefined && !list(field(referred.object.spec, 'ports')).some((one) => field(one, 'port') === port)) report(`${path}/port`, `Service ${referred.place} has no port ${shown(port)}`);
    }
  },
};
