import { dig, field, integer, list, text } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import { declaredPorts } from '../../mesh/linkerd-servers.ts';
import { annotatedPorts, includesPort, opaquePorts } from '../../mesh/linkerd-ports.ts';
import { workloadsWith } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const opaqueOnOneSide: Check = {
  code: 'linkerd-ports/opaque-on-one-side',
  severity: 'warning',
  kinds: ['Service'],
  title: 'Port that is opaque on one side only',
  meaning: 'Callers go by the Service where they call it and by the pod where they call that; the proxy of the server goes by the pod. Where they differ one side waits for HTTP that never comes.',
  remedy: 'Annotate the Service with its port and the pods with the target of it, or the namespace for both.',
  run: (service, mesh, report) => {
    const ofService = annotatedPorts(service, opaquePorts, mesh);
    for (const workload of workloadsWith(labelsFrom(dig(service.spec, 'selector')), service.namespace, mesh)) {
      const ofPods = annotatedPorts(workload, opaquePorts, mesh);
      if (ofService === undefined && ofPods === undefined) return;
      for (const [index, port] of list(field(service.spec, 'ports')).entries()) {
        const number = integer(field(port, 'port')), wanted = field(port, 'targetPort') ?? number;
        const target = declaredPorts(workload).find((one) => (typeof wanted === 'string' ? one.name : one.number) === wanted);
        if (number === undefined || target === undefined) continue;
        const onService = includesPort(ofService ?? [], { number, name: text(field(port, 'name')) }), onPods = includesPort(ofPods ?? [], target);
        if (onService !== onPods) report(`spec/ports[${index}]`, onService ? `port ${number} is opaque on the Service, and port ${target.number} of ${workload.name} is not` : `port ${target.number} of ${workload.name} is opaque, and port ${number} of the Service is not`);
      }
    }
  },
};
