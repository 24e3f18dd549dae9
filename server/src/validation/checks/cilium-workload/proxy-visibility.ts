import { dig } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import { podTemplate } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

const annotations = ['policy.cilium.io/proxy-visibility', 'io.cilium.proxy-visibility'] as const;

export const ciliumProxyVisibility: Check = {
  code: 'cilium-workload/proxy-visibility',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'Annotation for visibility that Cilium no longer reads',
  meaning: 'Requests to and from the pods are not seen: Hubble tells of connections alone, without methods, codes and latencies.',
  remedy: 'Remove the annotation and write a CiliumNetworkPolicy with request rules for the port; `http: [{}]` lets every request pass and shows it.',
  run: (workload, _mesh, report) => {
    const template = podTemplate(workload), given = labelsFrom(dig(template, 'metadata', 'annotations'));
    const base = workload.kind === 'Pod' ? 'metadata' : workload.kind === 'CronJob' ? 'spec/jobTemplate/spec/template/metadata' : 'spec/template/metadata';
    for (const key of annotations) if (given.has(key)) report(`${base}/annotations/${key}`, `${key} has no effect: request rules of a policy took its place`);
  },
};
