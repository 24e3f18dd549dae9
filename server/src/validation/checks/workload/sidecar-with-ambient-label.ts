import { hasAmbientLabel, hasSidecar } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const sidecarWithAmbientLabel: Check = {
  code: 'workload/sidecar-with-ambient-label',
  kiali: 'KIA1315',
  severity: 'error',
  kinds: ['Workload'],
  title: 'Runs a sidecar though it is labelled ambient',
  meaning: 'Pods with a sidecar are not taken into ambient: they stay what they were until they restart.',
  remedy: 'Restart the pods without injection, or remove `istio.io/dataplane-mode: ambient`.',
  run: (workload, mesh, report) => {
    if (hasAmbientLabel(workload, mesh) && hasSidecar(workload, mesh)) report('workload', 'ambient is asked for by label, but pods have the istio-proxy sidecar');
  },
};
