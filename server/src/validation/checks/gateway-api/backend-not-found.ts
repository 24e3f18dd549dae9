import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { isGranted } from './backends.ts';

export const backendNotFound: Check = {
  code: 'gateway-api/backend-not-found',
  kiali: 'KIA1402',
  severity: 'error',
  kinds: ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'],
  title: 'Service that does not exist or may not be referred to',
  meaning: 'Requests that take the rule get 500: its backend is not resolved.',
  remedy: 'Name a Service without dots; for one of another namespace add a ReferenceGrant there, from this kind and namespace to Service.',
  run: (route, mesh, report) => {
    for (const [index, parent] of list(dig(route.spec, 'parentRefs')).entries()) checkReference(parent, `spec/parentRefs[${index}]/name`, field(parent, 'kind') === 'Service');
    for (const [n, rule] of list(dig(route.spec, 'rules')).entries()) {
      for (const [m, backend] of list(field(rule, 'backendRefs')).entries()) checkReference(backend, `spec/rules[${n}]/backendRefs[${m}]/name`, (field(backend, 'kind') ?? 'Service') === 'Service');
    }

    function checkReference(reference: unknown, path: string, isService: boolean): void {
      const name = text(field(reference, 'name')), group = field(reference, 'group') ?? '';
      if (!isService || name === undefined || (group !== '' && group !== 'core')) return;
      const namespace = text(field(reference, 'namespace')) ?? route.namespace;
      if (name.includes('.')) report(path, `${name} is a host, where the name of a Service is wanted`);
      else if (mesh.find('id', `Service/${namespace}/${name}`).length === 0) report(path, `there is no Service ${namespace}/${name}`);
      else if (namespace !== route.namespace && !isGranted(route, { kind: 'Service', namespace, name }, mesh)) report(path, `no ReferenceGrant of namespace ${namespace} lets a ${route.kind} of ${route.namespace} refer to Service ${name}`);
    }
  },
};
