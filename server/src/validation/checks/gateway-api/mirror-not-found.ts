import type { Check } from '../check.ts';
import { backendsOf, isGranted } from './backends.ts';

export const mirrorNotFound: Check = {
  code: 'gateway-api/mirror-not-found',
  severity: 'error',
  kinds: ['HTTPRoute', 'GRPCRoute'],
  title: 'Mirror to a Service that does not exist or may not be referred to',
  meaning: 'The copies are lost, and some gateways refuse the rule as a whole.',
  remedy: 'Name an existing Service; for one of another namespace add a ReferenceGrant there.',
  run: (route, mesh, report) => {
    for (const { path, name, namespace, isMirror } of backendsOf(route)) {
      if (!isMirror) continue;
      if (mesh.find('id', `Service/${namespace}/${name}`).length === 0) report(`${path}/name`, `there is no Service ${namespace}/${name}`);
      else if (namespace !== route.namespace && !isGranted(route, { kind: 'Service', namespace, name }, mesh)) report(`${path}/namespace`, `no ReferenceGrant of namespace ${namespace} lets a ${route.kind} of ${route.namespace} refer to Service ${name}`);
    }
  },
};
