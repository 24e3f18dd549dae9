import { field, text } from '../../model/fields.ts';
import { declaredPorts, portsTaken, selectedBy } from '../../mesh/linkerd-servers.ts';
import { annotatedPorts, includesPort, opaquePorts } from '../../mesh/linkerd-ports.ts';
import type { Check } from '../check.ts';

export const serverContradictsOpaquePorts: Check = {
  code: 'linkerd-server/contradicts-opaque-ports',
  severity: 'warning',
  kinds: ['LinkerdServer'],
  title: 'Protocol of the Server against the opaque ports of its pods',
  meaning: 'The Server overrides the annotation for its port: HTTP is parsed there although the pods say that it must not be. A protocol that only looks like it, or where the server speaks first, breaks.',
  remedy: 'Take the port out of `config.linkerd.io/opaque-ports`, or set `proxyProtocol: opaque`.',
  run: (server, mesh, report) => {
    const protocol = text(field(server.spec, 'proxyProtocol'));
    if (protocol === undefined || protocol === 'opaque' || protocol === 'unknown') return;
    for (const workload of selectedBy(server, mesh)) {
      const annotated = annotatedPorts(workload, opaquePorts, mesh), taken = portsTaken(server, workload);
      const both = annotated && declaredPorts(workload).find((port) => taken.includes(port.number) && includesPort(annotated, port));
      if (both) report('spec/proxyProtocol', `${workload.name} annotates port ${both.number} as opaque, and the Server says ${protocol}`);
    }
  },
};
