import { hasInjectionLabel, isRedirected } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const redirectedWithSidecarLabel: Check = {
  code: 'workload/redirected-with-sidecar-label',
  kiali: 'KIA1314',
  severity: 'error',
  kinds: ['Workload'],
  title: 'Redirected to ztunnel though a sidecar is asked for',
  meaning: 'The pods were started as ambient; when they restart they get a sidecar, and their behaviour changes.',
  remedy: 'Remove the injection label, or restart the pods to get the sidecar.',
  run: (workload, mesh, report) => {
    if (hasInjectionLabel(workload, mesh) && isRedirected(workload, mesh)) report('workload', 'a sidecar is asked for by label, but pods are redirected to ztunnel');
  },
};
