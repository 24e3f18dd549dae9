import { isMap } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const traefikOneKind: Check = {
  code: 'traefik-middleware/one-kind',
  severity: 'error',
  kinds: ['TraefikMiddleware'],
  title: 'Middleware that is nothing, or several things',
  meaning: 'Traefik refuses the middleware, and does not build the routers that use it.',
  remedy: 'Write one kind of middleware in each object, and join them with a `chain`.',
  run: ({ spec }, _mesh, report) => {
    const kinds = isMap(spec) ? Object.entries(spec).filter(([, value]) => value !== null && value !== undefined).map(([key]) => key) : [];
    if (kinds.length === 0) report('spec', 'it says nothing');
    else if (kinds.length > 1) report('spec', `${kinds.slice(0, 5).join(' and ')} stand in one middleware`);
  },
};
