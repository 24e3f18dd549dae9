import { routesOf } from '../../mesh/routes.ts';
import type { Check } from '../check.ts';

export const singleWeight: Check = {
  code: 'virtual-service/single-weight',
  kiali: 'KIA1104',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'Weight on a single destination',
  meaning: 'The only destination of a route gets all of its requests, whatever its weight.',
  remedy: 'Drop the weight, or add the destination that should get the rest.',
  run: (service, _mesh, report) => {
    for (const { destinations } of routesOf(service)) {
      const [only] = destinations;
      if (destinations.length === 1 && only?.weight !== undefined && only.weight > 0 && only.weight < 100) report(`${only.path}/weight`, `weight ${only.weight} of the only destination means 100`);
    }
  },
};
