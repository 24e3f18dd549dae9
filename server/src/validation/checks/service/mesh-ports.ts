import { dig, field, list, shown } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { hasInjectionLabel, hasSidecar, workloadsWith } from '../../mesh/workloads.ts';

/** The ports of a Service whose pods have, or will get, a sidecar; UDP apart, which the mesh passes by. */
export function meshPorts(service: ConfigObject, mesh: Mesh): { readonly path: string; readonly port: unknown }[] {
  const selector = labelsFrom(dig(service.spec, 'selector'));
  // Kiali's wizards name the ports of Services that they make in their own way.
  if (service.labels.has('kiali_wizard')) return [];
  if (!workloadsWith(selector, service.namespace, mesh).some((workload) => hasSidecar(workload, mesh) || hasInjectionLabel(workload, mesh))) return [];
  return list(dig(service.spec, 'ports'))
    .map((port, index) => ({ path: `spec/ports[${index}]`, port }))
    .filter(({ port }) => shown(field(port, 'protocol') ?? '').toUpperCase() !== 'UDP');
}
