import { hasAmbientLabel, hasInjectionLabel } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const sidecarAndAmbient: Check = {
  code: 'workload/sidecar-and-ambient',
  kiali: 'KIA1311',
  severity: 'error',
  kinds: ['Workload'],
  title: 'Asked for a sidecar and for ambient',
  meaning: 'The two data planes exclude each other: with both labels the sidecar wins, or redirection fails.',
  remedy: 'Keep one: `istio-injection` / `sidecar.istio.io/inject`, or `istio.io/dataplane-mode: ambient`.',
  run: (workload, mesh, report) => {
    if (hasAmbientLabel(workload, mesh) && hasInjectionLabel(workload, mesh)) report('workload', 'labels of the workload or its namespace ask for a sidecar and for ambient');
  },
};
