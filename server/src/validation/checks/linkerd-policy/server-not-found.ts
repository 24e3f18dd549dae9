import { field, isMap, text } from '../../model/fields.ts';
import { isAuthorizationOf } from '../../mesh/linkerd-servers.ts';
import type { Check } from '../check.ts';

export const authorizedServerNotFound: Check = {
  code: 'linkerd-policy/server-not-found',
  severity: 'error',
  kinds: ['LinkerdServerAuthorization'],
  title: 'ServerAuthorization for no Server',
  meaning: 'It lets nobody in: whom it means to allow is refused by the Server, or let in by the default policy where there is none.',
  remedy: 'Name a Server of the same namespace in `spec.server.name`, or labels of one in `spec.server.selector`.',
  run: (authorization, mesh, report) => {
    const about = field(authorization.spec, 'server'), name = text(field(about, 'name')), isSelected = isMap(field(about, 'selector'));
    if (name === undefined && !isSelected) return;
    if (mesh.find('kind-in', `LinkerdServer/${authorization.namespace}`).some((server) => isAuthorizationOf(authorization, server))) return;
    report(name === undefined ? 'spec/server/selector' : 'spec/server/name', name === undefined ? `no Server of namespace ${authorization.namespace} has these labels` : `there is no Server ${authorization.namespace}/${name}`);
  },
};
