import { workloadsWith } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';
import { selectorOf } from './selector-of.ts';

export const matchesNothing: Check = {
  code: 'selector/matches-nothing',
  kiali: 'KIA0004',
  severity: 'warning',
  kinds: ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication', 'Sidecar'],
  title: 'Selector without a workload',
  meaning: 'The object applies to nothing: what it should allow, deny or require is left as it was.',
  remedy: 'Compare the labels with those of the pods; a policy selects in its own namespace only, unless that is the root namespace.',
  run: (object, mesh, report) => {
    const { labels, labelsPath } = selectorOf(object);
    if (labels.size === 0) return;
    const isMeshWide = object.namespace === mesh.settings.rootNamespace && object.type !== 'Sidecar';
    if (workloadsWith(labels, isMeshWide ? '*' : object.namespace, mesh).length > 0) return;
    const written = [...labels].map(([key, value]) => `${key}=${value}`).join(', ');
    report(labelsPath, `no workload ${isMeshWide ? 'of the mesh' : `in namespace ${object.namespace}`} has the labels ${written}`);
  },
};
