import type { Check } from '../check.ts';
import { selectorOf } from './selector-of.ts';

export const severalWithout: Check = {
  code: 'selector/several-without',
  kiali: 'KIA0002',
  severity: 'error',
  kinds: ['PeerAuthentication', 'Sidecar'],
  title: 'Several objects for the whole namespace',
  meaning: 'Of several objects of the kind without a selector Istio takes one, the oldest; the others are ignored.',
  remedy: 'Merge them into one, or give all but one a selector.',
  run: (object, mesh, report) => {
    const { labels, path } = selectorOf(object);
    if (labels.size > 0) return;
    const others = mesh.find('kind-in', `${object.type}/${object.namespace}`).filter((other) => other !== object && selectorOf(other).labels.size === 0);
    if (others.length > 0) report(path, `${others.length + 1} of kind ${object.kind} select the whole namespace ${object.namespace}: this one and ${others.map(({ name }) => name).join(', ')}`);
  },
};
