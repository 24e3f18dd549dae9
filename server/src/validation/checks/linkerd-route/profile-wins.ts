import { field, list } from '../../model/fields.ts';
import { parentsOf } from '../../mesh/linkerd-references.ts';
import type { Check } from '../check.ts';

export const profileWins: Check = {
  code: 'linkerd-route/profile-wins',
  severity: 'warning',
  kinds: ['LinkerdRoute', 'HTTPRoute', 'GRPCRoute'],
  title: 'Route of a Service that has a ServiceProfile',
  meaning: 'As long as a ServiceProfile with routes or overrides exists, proxies follow it and ignore the routes attached to the Service: no split, timeout or retry of this one applies.',
  remedy: 'Move what the ServiceProfile says into routes, and delete it.',
  run: (route, mesh, report) => {
    for (const { path, kind, name, namespace } of parentsOf(route)) {
      if (kind !== 'Service') continue;
      const profile = mesh.find('linkerd-profile', `${name}.${namespace}.${mesh.settings.identityDomain}`).find(({ spec }) => list(field(spec, 'routes')).length > 0 || list(field(spec, 'dstOverrides')).length > 0);
      if (profile !== undefined) report(`${path}/name`, `ServiceProfile ${profile.namespace}/${profile.name} takes the place of routes of Service ${namespace}/${name}${profile.namespace === namespace ? '' : `, for callers in namespace ${profile.namespace}`}`);
    }
  },
};
