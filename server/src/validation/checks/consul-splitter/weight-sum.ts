import { field, list } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const splitWeightSum: Check = {
  code: 'consul-splitter/weight-sum',
  severity: 'error',
  kinds: ['ConsulSplitter'],
  title: 'Weights that do not add up to 100',
  meaning: 'Consul refuses the entry, and the split of before stays in force.',
  remedy: 'Make the weights add up to 100; the smallest step is 0.01.',
  run: ({ spec }, _mesh, report) => {
    const splits = list(field(spec, 'splits')), weights = splits.map((split) => field(split, 'weight') ?? 0);
    if (splits.length === 0 || !weights.every((weight) => typeof weight === 'number')) return;
    // In hundredths, as Consul counts: 33.33 + 33.33 + 33.34 is 100.
    const sum = weights.reduce((total, weight) => total + Math.round(weight * 100), 0);
    if (sum !== 10_000) report('spec/splits', `the weights add up to ${sum / 100}`);
  },
};
