import { selects } from '../../model/labels.ts';
import { workloadLabels, workloadsWith } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';
import { selectorOf } from './selector-of.ts';

export const overlap: Check = {
  code: 'selector/overlap',
  kiali: 'KIA0003',
  severity: 'error',
  kinds: ['PeerAuthentication', 'Sidecar'],
  title: 'Several objects select one workload',
  meaning: 'Istio applies one of them to the workload, and which one is not defined.',
  remedy: 'Make the selectors exclude each other, or merge the objects.',
  run: (object, mesh, report) => {
    const { labels, path } = selectorOf(object);
    if (labels.size === 0) return;
    const others = mesh.find('kind-in', `${object.type}/${object.namespace}`).filter((other) => other !== object && selectorOf(other).labels.size > 0);
    if (others.length === 0) return;
    for (const workload of workloadsWith(labels, object.namespace, mesh)) {
      const rival = others.find((other) => selects(selectorOf(other).labels, workloadLabels(workload)));
      if (rival !== undefined) return report(path, `workload ${workload.name} is selected by this ${object.kind} and by ${rival.name}`);
    }
  },
};
