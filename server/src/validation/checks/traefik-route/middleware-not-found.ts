import { field } from '../../model/fields.ts';
import { namedIn, routesOfTraefik } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikMiddlewareNotFound: Check = {
  code: 'traefik-route/middleware-not-found',
  severity: 'error',
  kinds: ['TraefikRoute'],
  title: 'Middleware that does not exist',
  meaning: 'Traefik does not build the router: its requests get 404, among them those that a missing authentication should have judged.',
  remedy: 'Name an existing Middleware (MiddlewareTCP for TCP) and its namespace.',
  run: (route, mesh, report) => {
    const kind = route.kind === 'IngressRouteTCP' ? 'MiddlewareTCP' : 'Middleware';
    for (const { path, body } of routesOfTraefik(route)) {
      for (const one of namedIn(field(body, 'middlewares'), `${path}/middlewares`, route.namespace)) {
        if (mesh.find('id', `${kind}/${one.namespace}/${one.name}`).length === 0) report(`${one.path}/name`, `there is no ${kind} ${one.namespace}/${one.name}`);
      }
    }
  },
};
