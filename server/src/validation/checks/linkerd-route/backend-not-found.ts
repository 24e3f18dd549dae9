import { field, integer, list, shown } from '../../model/fields.ts';
import { readReference } from '../../mesh/linkerd-references.ts';
import type { Check } from '../check.ts';

export const linkerdBackendNotFound: Check = {
  code: 'linkerd-route/backend-not-found',
  severity: 'error',
  kinds: ['LinkerdRoute'],
  title: 'Backend that does not exist',
  meaning: 'The share of the requests that goes to this backend is answered with 500 by the proxy of the caller.',
  remedy: 'Name an existing Service and one of its ports, or give the backend weight 0 until it is there.',
  run: (route, mesh, report) => {
    for (const [n, rule] of list(field(route.spec, 'rules')).entries()) {
      for (const [m, backend] of list(field(rule, 'backendRefs')).entries()) {
        const path = `spec/rules[${n}]/backendRefs[${m}]`, port = field(backend, 'port');
        const referred = readReference({ name: field(backend, 'name'), namespace: field(backend, 'namespace'), group: field(backend, 'group') ?? '', kind: field(backend, 'kind') ?? 'Service' }, route.namespace, mesh);
        if (referred === undefined) continue;
        if (referred.object === undefined) report(`${path}/name`, `there is no ${referred.kind} ${referred.place}`);
        else if (referred.kind === 'Service' && integer(port) !== undefined && !list(field(referred.object.spec, 'ports')).some((one) => field(one, 'port') === port)) report(`${path}/port`, `Service ${referred.place} has no port ${shown(port)}`);
      }
    }
  },
};
