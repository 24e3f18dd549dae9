import { dig } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import { injectAnnotation, podOf } from '../../mesh/linkerd-workloads.ts';
import { ownAnnotation } from '../../mesh/annotations.ts';
import type { Check } from '../check.ts';

export const injectionMisplaced: Check = {
  code: 'linkerd-workload/injection-misplaced',
  severity: 'warning',
  kinds: ['Namespace', 'Workload'],
  title: 'Injection asked for where Linkerd does not look',
  meaning: 'The injector reads annotations of pods and of namespaces. A label of that name, or an annotation on the Deployment itself, does nothing.',
  remedy: 'Move it to `spec.template.metadata.annotations`, or to the annotations of the namespace.',
  run: (object, _mesh, report) => {
    if (object.labels.has(injectAnnotation)) report(`metadata/labels/${injectAnnotation}`, `${injectAnnotation} is a label here, and works as an annotation`);
    if (object.type !== 'Workload' || object.kind === 'Pod') return;
    if (labelsFrom(dig(podOf(object), 'metadata', 'labels')).has(injectAnnotation)) report(`spec/template/metadata/labels/${injectAnnotation}`, `${injectAnnotation} is a label of the pods, and works as an annotation`);
    if (object.annotations.has(injectAnnotation) && ownAnnotation(object, injectAnnotation) === undefined) report(`metadata/annotations/${injectAnnotation}`, `${injectAnnotation} is on the ${object.kind}, not on its pod template`);
  },
};
