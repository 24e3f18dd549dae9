import { gatewayName } from '../../mesh/gateways.ts';
import type { Check } from '../check.ts';
import { namedGateways } from './gateways-of.ts';

export const gatewayNotFound: Check = {
  code: 'virtual-service/gateway-not-found',
  kiali: 'KIA1102',
  severity: 'error',
  kinds: ['VirtualService'],
  title: 'Gateway that does not exist',
  meaning: 'The routes are not given to any gateway: requests from outside get 404.',
  remedy: 'Write `<namespace>/<name>` of an existing Gateway; a name alone means the namespace of the VirtualService.',
  run: (service, mesh, report) => {
    for (const { path, text } of namedGateways(service)) {
      const name = gatewayName(text, service.namespace);
      if (mesh.find('gateway', name).length === 0) report(path, `there is no Gateway ${name}`);
    }
  },
};
