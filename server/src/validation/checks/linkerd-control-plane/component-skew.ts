import { dig, field, list, text } from '../../model/fields.ts';
import { controlPlane, imageTag } from '../../mesh/linkerd-config.ts';
import { podTemplate, workloadLabels } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

/** Images that are released together with the control plane; proxies and what others make have versions of their own. */
const released = /\/(?:controller|policy-controller)(?:[:@]|$)/;

export const componentSkew: Check = {
  code: 'linkerd-control-plane/component-skew',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'Part of the control plane of another version',
  meaning: 'An upgrade that stopped half-way leaves parts that do not understand each other: policies are not sent to proxies, pods are injected with what others no longer serve.',
  remedy: 'Finish the upgrade (`linkerd upgrade`, or the Helm release), or roll it back.',
  run: (workload, mesh, report) => {
    const plane = workloadLabels(workload).has('linkerd.io/control-plane-component') ? controlPlane(mesh) : undefined;
    if (plane === undefined || plane.config.namespace !== workload.namespace) return;
    for (const [index, container] of list(dig(podTemplate(workload), 'spec', 'containers')).entries()) {
      const image = text(field(container, 'image')) ?? '', tag = released.test(image) ? imageTag(image) : undefined;
      if (tag !== undefined && tag !== plane.version) report(`spec/template/spec/containers[${index}]/image`, `${workload.name} runs ${tag}, and the control plane is ${plane.version}`);
    }
  },
};
