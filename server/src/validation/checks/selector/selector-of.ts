import { dig } from '../../model/fields.ts';
import { labelsFrom, type Labels } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';

/** The workload selector of a policy or a Sidecar, and where it is written. */
export function selectorOf({ type, spec }: ConfigObject): { readonly labels: Labels; readonly path: string; readonly labelsPath: string } {
  return type === 'Sidecar'
    ? { labels: labelsFrom(dig(spec, 'workloadSelector', 'labels')), path: 'spec/workloadSelector', labelsPath: 'spec/workloadSelector/labels' }
    : { labels: labelsFrom(dig(spec, 'selector', 'matchLabels')), path: 'spec/selector', labelsPath: 'spec/selector/matchLabels' };
}
