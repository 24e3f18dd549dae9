import { dig, field, list } from '../../model/fields.ts';
import { labelsFrom, selects, type Labels } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { serviceEntriesFor, serviceFor } from '../../mesh/registry.ts';
import { workloadLabels, workloadsWith } from '../../mesh/workloads.ts';

/**
 * Label sets of the endpoints of a host: of the pods that its Service selects, or of the endpoints, WorkloadEntries and
 * pods of its ServiceEntries. Undefined for a Service without a selector, whose endpoints somebody else writes.
 */
function endpointLabels(host: string, namespace: string, mesh: Mesh): Labels[] | undefined {
  const service = serviceFor(host, namespace, mesh);
  if (service !== undefined) {
    const selector = labelsFrom(dig(service.spec, 'selector'));
    return selector.size === 0 ? undefined : workloadsWith(selector, service.namespace, mesh).map(workloadLabels);
  }
  return serviceEntriesFor(host, namespace, mesh).flatMap((entry) => [...listedEndpoints(entry), ...selectedEndpoints(entry, mesh)]);
}

/** The subsets of a DestinationRule with their labels and whether an endpoint has them (or that cannot be known). */
export function subsetsOf(rule: ConfigObject, host: string, mesh: Mesh): { readonly name: unknown; readonly path: string; readonly labels: Labels; readonly isServed: boolean }[] {
  const endpoints = endpointLabels(host, rule.namespace, mesh);
  return list(dig(rule.spec, 'subsets')).map((subset, index) => {
    const labels = labelsFrom(field(subset, 'labels'));
    return { name: field(subset, 'name'), path: `spec/subsets[${index}]`, labels, isServed: endpoints === undefined || endpoints.some((endpoint) => selects(labels, endpoint)) };
  });
}

function listedEndpoints(entry: ConfigObject): Labels[] {
  return list(dig(entry.spec, 'endpoints')).map((endpoint) => labelsFrom(field(endpoint, 'labels')));
}

function selectedEndpoints(entry: ConfigObject, mesh: Mesh): Labels[] {
  const selector = labelsFrom(dig(entry.spec, 'workloadSelector', 'labels'));
  if (selector.size === 0) return [];
  const entries = mesh.find('kind-in', `WorkloadEntry/${entry.namespace}`).map(({ spec }) => labelsFrom(dig(spec, 'labels'))).filter((labels) => selects(selector, labels));
  return [...workloadsWith(selector, entry.namespace, mesh).map(workloadLabels), ...entries];
}
