import { cycleFrom, referencesOf, serviceAt } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikServiceCycle: Check = {
  code: 'traefik-service/cycle',
  severity: 'error',
  kinds: ['TraefikService'],
  title: 'Services that lead back to themselves',
  meaning: 'Traefik does not build the services of the circle, nor the routes to them: requests get 404.',
  remedy: 'Let one of them name a Service of Kubernetes instead.',
  run: (service, mesh, report) => {
    const way = cycleFrom(service, (one) => referencesOf(one).filter(({ kind }) => kind === 'TraefikService').flatMap((reference) => serviceAt(reference, mesh) ?? []));
    if (way !== undefined) report('spec', `it leads back to itself: ${way.slice(0, 10).join(' → ')}`);
  },
};
