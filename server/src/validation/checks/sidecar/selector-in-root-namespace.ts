import type { Check } from '../check.ts';
import { selectorOf } from '../selector/selector-of.ts';

export const selectorInRootNamespace: Check = {
  code: 'sidecar/selector-in-root-namespace',
  kiali: 'KIA1006',
  severity: 'warning',
  kinds: ['Sidecar'],
  title: 'Default Sidecar of the mesh with a selector',
  meaning: 'The Sidecar of the root namespace is the default for all namespaces; one with a selector is not taken as that.',
  remedy: 'Drop the selector, or move the Sidecar to the namespace of its workloads.',
  run: (sidecar, mesh, report) => {
    const { labels, path } = selectorOf(sidecar);
    if (sidecar.namespace === mesh.settings.rootNamespace && labels.size > 0) report(path, `a Sidecar in ${sidecar.namespace} is for the whole mesh and takes no selector`);
  },
};
