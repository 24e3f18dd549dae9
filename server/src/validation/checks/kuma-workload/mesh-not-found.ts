import { namespaceLabels } from '../../mesh/ambient.ts';
import { isInjected, meshOfWorkload } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

export const kumaWorkloadMeshNotFound: Check = {
  code: 'kuma-workload/mesh-not-found',
  severity: 'error',
  kinds: ['Workload', 'Namespace'],
  title: 'Pods of a mesh that does not exist',
  meaning: 'The proxy is not let in by the control plane: pods do not become ready, and new ones are refused.',
  remedy: 'Correct the label `kuma.io/mesh` of the namespace or of the pods, or create the Mesh.',
  run: (object, mesh, report) => {
    const isNamespace = object.type === 'Namespace', injected = isNamespace ? object.labels.get('kuma.io/sidecar-injection') === 'enabled' : isInjected(object, mesh);
    if (!injected) return;
    const ofNamespace = namespaceLabels(isNamespace ? object.name : object.namespace, mesh).get('kuma.io/mesh') ?? 'default';
    const name = isNamespace ? ofNamespace : meshOfWorkload(object, mesh);
    // Of a namespace it is told once, not of each of its workloads.
    if ((!isNamespace && name === ofNamespace) || mesh.find('id', `Mesh/${name}`).length > 0 || mesh.find('kind', 'KumaMesh').length === 0) return;
    report(isNamespace ? 'metadata/labels' : 'workload', `there is no Mesh ${name}`);
  },
};
