import { annotationPath, annotationsOfPods } from '../../mesh/annotations.ts';
import type { Check } from '../check.ts';

export const consulInjectionValue: Check = {
  code: 'consul-workload/injection-value',
  severity: 'error',
  kinds: ['Workload'],
  title: 'Injection asked for in a word that Consul does not know',
  meaning: 'The injector refuses the pods: none of the workload starts.',
  remedy: 'Write `consul.hashicorp.com/connect-inject: \'true\'`, in quotes.',
  run: (workload, _mesh, report) => {
    const annotation = 'consul.hashicorp.com/connect-inject', value = annotationsOfPods(workload).get(annotation);
    if (value !== undefined && !booleans.includes(value)) report(annotationPath(workload, annotation), `"${value}" is neither true nor false`);
  },
};

/** What Go reads as one. */
const booleans = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];
