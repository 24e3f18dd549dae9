import { dig } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { cycleFrom, namedIn } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikChain: Check = {
  code: 'traefik-middleware/chain',
  severity: 'error',
  kinds: ['TraefikMiddleware'],
  title: 'Chain with a missing link, or without an end',
  meaning: 'Routers that use the chain are not built: their requests get 404.',
  remedy: 'Name existing Middlewares, and not the chain itself.',
  run: (middleware, mesh, report) => {
    const links = (one: ConfigObject): ReturnType<typeof namedIn> => namedIn(dig(one.spec, 'chain', 'middlewares'), 'spec/chain/middlewares', one.namespace);
    const find = (namespace: string, name: string): readonly ConfigObject[] => mesh.find('id', `Middleware/${namespace}/${name}`).slice(0, 1);
    for (const { path, namespace, name } of links(middleware)) if (find(namespace, name).length === 0) report(`${path}/name`, `there is no Middleware ${namespace}/${name}`);
    const way = cycleFrom(middleware, (one) => links(one).flatMap(({ namespace, name }) => find(namespace, name)));
    if (way !== undefined) report('spec/chain', `the chain leads back to itself: ${way.slice(0, 10).join(' → ')}`);
  },
};
