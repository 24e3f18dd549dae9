import { isMap, field } from '../../model/fields.ts';
import { selectedBy } from '../../mesh/linkerd-servers.ts';
import type { Check } from '../check.ts';

export const serverSelectsNothing: Check = {
  code: 'linkerd-server/selects-nothing',
  severity: 'warning',
  kinds: ['LinkerdServer'],
  title: 'Server that selects no pods',
  meaning: 'Nothing that names the Server takes effect: traffic goes by the default policy of the pods, which lets everybody in unless it was changed.',
  remedy: 'Write labels that the pods of this namespace have; a Server selects in its own namespace only.',
  run: (server, mesh, report) => {
    if (selectedBy(server, mesh).length > 0) return;
    const isExternal = isMap(field(server.spec, 'externalWorkloadSelector'));
    report(isExternal ? 'spec/externalWorkloadSelector' : 'spec/podSelector', `no ${isExternal ? 'ExternalWorkload' : 'pods'} of namespace ${server.namespace} ${isExternal ? 'has' : 'have'} these labels`);
  },
};
