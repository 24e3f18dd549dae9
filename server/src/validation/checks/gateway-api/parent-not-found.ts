import { dig, field, list, text } from '../../model/fields.ts';
import { selectorMatches } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { namespaceLabels } from '../../mesh/ambient.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import type { Check } from '../check.ts';
import { listenersOf } from './listeners.ts';

export const parentNotFound: Check = {
  code: 'gateway-api/parent-not-found',
  kiali: 'KIA1401',
  severity: 'error',
  kinds: ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'],
  title: 'Gateway that does not exist or does not take the route',
  meaning: 'The route is attached to nothing: requests get 404.',
  remedy: 'Name an existing Gateway and its namespace; to take routes of other namespaces a listener needs `allowedRoutes.namespaces`.',
  run: (route, mesh, report) => {
    for (const [index, parent] of list(dig(route.spec, 'parentRefs')).entries()) {
      const name = text(field(parent, 'name'));
      if (name === undefined || (field(parent, 'kind') ?? 'Gateway') !== 'Gateway' || (field(parent, 'group') ?? gatewayGroup) !== gatewayGroup) continue;
      const namespace = text(field(parent, 'namespace')) ?? route.namespace;
      const gateway = mesh.find('kind-in', `GatewayApiGateway/${namespace}`).find((one) => one.name === name);
      if (gateway === undefined) report(`spec/parentRefs[${index}]/name/${name}`, `there is no Gateway ${namespace}/${name}`);
      else if (!takesRoutesOf(gateway, route.namespace, mesh)) report(`spec/parentRefs[${index}]/name/${name}`, `no listener of Gateway ${namespace}/${name} takes routes of namespace ${route.namespace}`);
    }
  },
};

const gatewayGroup = 'gateway.networking.k8s.io';

function takesRoutesOf(gateway: ConfigObject, namespace: string, mesh: Mesh): boolean {
  return gateway.namespace === namespace || listenersOf(gateway).some(({ allowedNamespaces }) => {
    const from = field(allowedNamespaces, 'from');
    return from === 'All' || (from === 'Selector' && selectorMatches(field(allowedNamespaces, 'selector'), namespaceLabels(namespace, mesh)));
  });
}
