import { field, shown } from '../../model/fields.ts';
import { portsTaken, selectedBy } from '../../mesh/linkerd-servers.ts';
import type { Check } from '../check.ts';

export const serverPortNotExposed: Check = {
  code: 'linkerd-server/port-not-exposed',
  severity: 'warning',
  kinds: ['LinkerdServer'],
  title: 'Server for a port that no pod has',
  meaning: 'The Server covers no port, so its authorizations protect nothing: requests go by the default policy of the pods.',
  remedy: 'Write a port of `spec.containers[].ports`, by number or by the name given there (not the one of the Service).',
  run: (server, mesh, report) => {
    const selected = selectedBy(server, mesh), port = field(server.spec, 'port');
    if (selected.length === 0 || port === undefined || selected.some((workload) => portsTaken(server, workload).length > 0)) return;
    report('spec/port', `no container of ${selected.slice(0, 5).map(({ name }) => name).join(', ')} declares port ${shown(port)}`);
  },
};
