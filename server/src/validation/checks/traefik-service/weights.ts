import { dig, field, list } from '../../model/fields.ts';
import { routesOfTraefik } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikWeights: Check = {
  code: 'traefik-service/weights',
  severity: 'error',
  kinds: ['TraefikRoute', 'TraefikService'],
  title: 'Weights or shares that cannot be',
  meaning: 'With all weights 0 no server is chosen and requests get 503; a mirror of 0 percent gets nothing.',
  remedy: 'Give at least one service a weight above 0 (1 where none is written), and mirrors 1 to 100 percent.',
  run: (object, _mesh, report) => {
    const groups = object.type === 'TraefikRoute'
      ? routesOfTraefik(object).map(({ path, body }) => ({ path: `${path}/services`, services: list(field(body, 'services')) }))
      : [{ path: 'spec/weighted/services', services: list(dig(object.spec, 'weighted', 'services')) }];
    for (const { path, services } of groups) if (services.length > 0 && services.every((one) => field(one, 'weight') === 0)) report(path, 'all weights are 0');
    if (object.type !== 'TraefikService') return;
    for (const [n, mirror] of list(dig(object.spec, 'mirroring', 'mirrors')).entries()) {
      const percent = field(mirror, 'percent');
      if (percent === 0 || percent === undefined) report(`spec/mirroring/mirrors[${n}]${percent === 0 ? '/percent' : ''}`, 'the mirror gets 0 percent of the requests', 'warning');
      else if (typeof percent === 'number' && (percent < 0 || percent > 100)) report(`spec/mirroring/mirrors[${n}]/percent`, `${percent} is no percentage`);
    }
  },
};
