import { isAmbientNamespace } from '../../mesh/ambient.ts';
import { hasSidecar } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const sidecarInAmbientNamespace: Check = {
  code: 'workload/sidecar-in-ambient-namespace',
  kiali: 'KIA1316',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'Sidecar in an ambient namespace',
  meaning: 'The workload keeps to its sidecar; policies that are attached to the waypoint do not reach it.',
  remedy: 'Restart the workload without a sidecar, or label it `istio.io/dataplane-mode: none`.',
  run: (workload, mesh, report) => {
    if (isAmbientNamespace(workload.namespace, mesh) && hasSidecar(workload, mesh)) report('workload', `namespace ${workload.namespace} is ambient, and pods have the istio-proxy sidecar`);
  },
};
