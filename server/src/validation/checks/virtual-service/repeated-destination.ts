import { fullHost } from '../../mesh/hosts.ts';
import { routesOf } from '../../mesh/routes.ts';
import type { Check } from '../check.ts';

export const repeatedDestination: Check = {
  code: 'virtual-service/repeated-destination',
  kiali: 'KIA1105',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'One destination twice in a route',
  meaning: 'The weights of the repetitions add up, which is rarely the split that was meant.',
  remedy: 'Keep one of them with the sum of the weights, or correct the subset.',
  run: (service, mesh, report) => {
    for (const { destinations } of routesOf(service)) {
      const keys = destinations.map(({ host, subset }) => (host === undefined ? undefined : `${fullHost(host, service.namespace, mesh)} ${subset ?? ''}`));
      for (const [n, { path, host, subset }] of destinations.entries()) {
        const key = keys[n];
        if (key !== undefined && keys.indexOf(key) !== keys.lastIndexOf(key)) report(`${path}/host`, `${host ?? ''}${subset === undefined ? '' : `, subset ${subset},`} is a destination of this route more than once`);
      }
    }
  },
};
