import { dig } from '../model/fields.ts';
import { labelsFrom, noLabels, type Labels } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { podTemplate } from './workloads.ts';

/** The annotations of a workload's pods. */
export function annotationsOfPods(object: ConfigObject): Labels {
  return object.type === 'Workload' ? labelsFrom(dig(podTemplate(object), 'metadata', 'annotations')) : noLabels;
}

/** An annotation where injectors read it: on the pod template of a workload, on anything else itself. */
export function ownAnnotation(object: ConfigObject, annotation: string): string | undefined {
  return object.type === 'Workload' ? annotationsOfPods(object).get(annotation) : object.annotations.get(annotation);
}

/** Path at which `ownAnnotation` reads. */
export function annotationPath({ type, kind }: ConfigObject, annotation: string): string {
  const prefix = type !== 'Workload' || kind === 'Pod' ? '' : kind === 'CronJob' ? 'spec/jobTemplate/spec/template/' : 'spec/template/';
  return `${prefix}metadata/annotations/${annotation}`;
}
