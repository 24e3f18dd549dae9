import { field } from '../../model/fields.ts';
import { isAuthorized, portsTaken, selectedBy } from '../../mesh/linkerd-servers.ts';
import type { Check } from '../check.ts';

export const serverNobodyAuthorized: Check = {
  code: 'linkerd-server/nobody-authorized',
  severity: 'warning',
  kinds: ['LinkerdServer'],
  title: 'Server that lets nobody in',
  meaning: 'Once a port has a Server, all that no policy allows is refused: requests get 403, connections are closed. Probes of the kubelet alone pass.',
  remedy: 'Add an AuthorizationPolicy whose `targetRef` is the Server, or set `accessPolicy` to what may pass without one (`audit` to try it first).',
  run: (server, mesh, report) => {
    const access = field(server.spec, 'accessPolicy');
    if ((typeof access === 'string' && access !== '' && access !== 'deny') || isAuthorized(server, mesh)) return;
    if (selectedBy(server, mesh).some((workload) => portsTaken(server, workload).length > 0)) report('', `no AuthorizationPolicy or ServerAuthorization of namespace ${server.namespace} is about Server ${server.name}`);
  },
};
