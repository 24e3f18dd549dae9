import { dig } from '../../model/fields.ts';
import { labelsFrom, labelsKey } from '../../model/labels.ts';
import type { Check } from '../check.ts';

export const duplicateLabels: Check = {
  code: 'workload-group/duplicate-labels',
  kiali: 'KIA1702',
  severity: 'warning',
  kinds: ['WorkloadGroup'],
  title: 'Two groups with the same labels',
  meaning: 'Whatever selects the machines of one group selects those of the other.',
  remedy: 'Give each group a label of its own.',
  run: (group, mesh, report) => {
    const labels = labelsFrom(dig(group.spec, 'metadata', 'labels'));
    if (labels.size === 0) return;
    const twin = mesh.find('group-labels', `${group.namespace}|${labelsKey(labels)}`).find((other) => other !== group);
    if (twin !== undefined) report('spec/metadata/labels', `WorkloadGroup ${twin.name} gives the same labels`);
  },
};
