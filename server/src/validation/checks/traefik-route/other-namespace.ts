import { dig, field, text } from '../../model/fields.ts';
import { namedIn, referencesOf, routesOfTraefik } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikOtherNamespace: Check = {
  code: 'traefik-route/other-namespace',
  severity: 'info',
  kinds: ['TraefikRoute', 'TraefikService', 'TraefikMiddleware'],
  title: 'Reference into another namespace',
  meaning: 'Traefik refuses it, and does not build the route, unless its provider is started with `allowCrossNamespace`.',
  remedy: 'Keep what belongs together in one namespace, or set `providers.kubernetesCRD.allowCrossNamespace`.',
  run: (object, _mesh, report) => {
    const middlewares = object.type === 'TraefikMiddleware'
      ? namedIn(dig(object.spec, 'chain', 'middlewares'), 'spec/chain/middlewares', object.namespace)
      : routesOfTraefik(object).flatMap(({ path, body }) => namedIn(field(body, 'middlewares'), `${path}/middlewares`, object.namespace));
    const references = object.type === 'TraefikMiddleware' ? [] : referencesOf(object), options = text(dig(object.spec, 'tls', 'options', 'namespace'));
    for (const { path, namespace } of [...middlewares, ...references, ...(options === undefined ? [] : [{ path: 'spec/tls/options', namespace: options }])]) {
      if (namespace !== object.namespace) report(`${path}/namespace`, `it is of namespace ${namespace}, and the ${object.kind} of ${object.namespace}`);
    }
  },
};
