import { dig, field, integer, list, text } from '../../model/fields.ts';
import { labelsFrom, selects } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { workloadsMatching } from '../../mesh/cilium-selectors.ts';
import { byName, peerHome, peerSelectors, portsOf, rulesOf, someSubjects, type CiliumEntry, type CiliumPort, type CiliumRule } from '../../mesh/cilium-policies.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { podTemplate, workloadLabels } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const ciliumPortNotOpen: Check = {
  code: 'cilium-policy/port-not-open',
  severity: 'warning',
  kinds: ['CiliumPolicy'],
  title: 'Port that no pod of the entry has',
  meaning: 'Policies are enforced behind the translation of Services: the port is that of the pod. An entry for another port matches no connection, and its request rules see none.',
  remedy: 'Write the `targetPort` of the Service, or declare the port in the container.',
  run: (policy, mesh, report) => {
    for (const rule of rulesOf(policy)) {
      for (const entry of rule.entries) {
        const ports = portsOf(entry), workloads = ports.length === 0 ? [] : receiversOf(rule, entry, mesh);
        const declared = workloads.map((workload) => ({ workload, open: containerPorts(workload) }));
        // A pod can listen on a port that it does not declare: only those that declare some tell.
        if (declared.length === 0 || declared.some(({ open }) => open.length === 0)) continue;
        for (const port of ports) {
          if (declared.some(({ open }) => open.some((one) => isOpen(one, port)))) continue;
          const [first] = workloads, target = first === undefined ? undefined : targetPort(port, first, mesh);
          report(port.path, `no container of ${workloads.slice(0, 5).map(({ name }) => name).join(', ')} has port ${port.port}/${port.protocol}${target === undefined ? '' : `; it is a port of Service ${target.service}, and the pods listen on ${target.port}`}`);
        }
      }
    }
  },
};

/** The pods that are connected to: those of the policy for ingress; for egress the peers, where they are pods that are known. */
function receiversOf(rule: CiliumRule, entry: CiliumEntry, mesh: Mesh): ConfigObject[] {
  if (entry.direction === 'ingress') return someSubjects(rule, mesh);
  const peers = peerSelectors(entry).map(({ selector }) => selector);
  return peers.some(({ isOpaque }) => isOpaque) ? [] : peers.flatMap((selector) => workloadsMatching(selector, peerHome(selector, rule.policy), mesh).toArray()).sort(byName);
}

function containerPorts(workload: ConfigObject): unknown[] {
  const pod = field(podTemplate(workload), 'spec');
  return [...list(field(pod, 'containers')), ...list(field(pod, 'initContainers'))].flatMap((container) => list(field(container, 'ports')));
}

function isOpen(container: unknown, { port, endPort, protocol }: CiliumPort): boolean {
  if (protocol !== 'ANY' && (text(field(container, 'protocol')) ?? 'TCP').toUpperCase() !== protocol) return false;
  if (typeof port === 'string') return text(field(container, 'name'))?.toLowerCase() === port.toLowerCase();
  const number = integer(field(container, 'containerPort'));
  return port === 0 || (number !== undefined && port <= number && number <= endPort);
}

/** Where the port that is written is one of a Service of the pods: the port behind it. */
function targetPort({ port }: CiliumPort, workload: ConfigObject, mesh: Mesh): { readonly service: string; readonly port: string } | undefined {
  for (const { name, spec } of mesh.find('kind-in', `Service/${workload.namespace}`).toSorted(byName)) {
    const selector = labelsFrom(field(spec, 'selector'));
    if (selector.size === 0 || !selects(selector, workloadLabels(workload))) continue;
    const found = list(dig(spec, 'ports')).find((one) => field(one, 'port') === port), target = field(found, 'targetPort');
    if (typeof target === 'string' || typeof target === 'number') return { service: name, port: String(target) };
  }
  return undefined;
}
