import { dig, field, list, shown, text } from '../../model/fields.ts';
import { labelsFrom, selects } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { podTemplate, workloadsIn, workloadLabels } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const portNotExposed: Check = {
  code: 'service/port-not-exposed',
  kiali: 'KIA0701',
  severity: 'warning',
  kinds: ['Service'],
  title: 'Target port that no container has',
  meaning: 'Connections to the port are refused by the pod, unless a container listens without saying so.',
  remedy: 'Set `targetPort` to a `containerPort`, by number or by name, or declare the port in the container.',
  run: (service, mesh, report) => {
    const selector = labelsFrom(dig(service.spec, 'selector'));
    if (selector.size === 0 || mesh.settings.controlPlaneNamespaces.includes(service.namespace) || isGateway(service)) return;
    const workloads = workloadsIn(service.namespace, mesh).filter((workload) => selects(selector, workloadLabels(workload)));
    if (workloads.length === 0) return;
    const exposed = workloads.flatMap(containerPorts);
    for (const [index, port] of list(dig(service.spec, 'ports')).entries()) {
      const target = field(port, 'targetPort'), wanted = text(target) ?? (typeof target === 'number' && target > 0 ? target : field(port, 'port'));
      if (!exposed.some((container) => field(container, typeof wanted === 'string' ? 'name' : 'containerPort') === wanted)) {
        report(`spec/ports[${index}]`, `no container of ${workloads.map(({ name }) => name).join(', ')} has port ${shown(wanted)}`);
      }
    }
  },
};

function containerPorts(workload: ConfigObject): unknown[] {
  const pod = dig(podTemplate(workload), 'spec');
  return [...list(field(pod, 'containers')), ...list(field(pod, 'initContainers'))].flatMap((container) => list(field(container, 'ports')));
}

/** Their Services are generated, with ports that are opened on demand. */
function isGateway({ labels }: ConfigObject): boolean {
  return labels.has('gateway.istio.io/managed') || labels.has('gateway.networking.k8s.io/gateway-name') || labels.get('istio') === 'ingressgateway' || labels.get('istio') === 'egressgateway';
}
