import { annotationPath, ownAnnotation } from '../../mesh/annotations.ts';
import { injectAnnotation } from '../../mesh/linkerd-workloads.ts';
import type { Check } from '../check.ts';

const values = ['enabled', 'disabled', 'ingress'];

export const injectionValue: Check = {
  code: 'linkerd-workload/injection-value',
  severity: 'error',
  kinds: ['Namespace', 'Workload'],
  title: 'Injection asked for in a word that Linkerd does not know',
  meaning: 'The injector reads `enabled`, `disabled` and `ingress` and nothing else: pods start without a proxy, outside of the mesh, without mutual TLS.',
  remedy: 'Write `linkerd.io/inject: enabled`.',
  run: (object, _mesh, report) => {
    const value = ownAnnotation(object, injectAnnotation);
    if (value !== undefined && !values.includes(value)) report(annotationPath(object, injectAnnotation), `${injectAnnotation} is "${value}", none of ${values.join(', ')}`);
  },
};
