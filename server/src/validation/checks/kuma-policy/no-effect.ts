import { field } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { isGiven, partsOf } from './settings.ts';

export const kumaNoEffect: Check = {
  code: 'kuma-policy/no-effect',
  severity: 'error',
  kinds: ['KumaPolicy'],
  title: 'Policy whose rules its kind does not have',
  meaning: 'The API server drops parts that the kind does not have, without a word: what is written there is never applied.',
  remedy: 'Write what clients do under `to`, what servers do under `from` or `rules`, and settings of the proxy itself under `default`.',
  run: ({ kind, spec }, _mesh, report) => {
    const parts = partsOf(kind);
    for (const part of ['to', 'from', 'rules', 'default']) {
      if (!parts.includes(part) && isGiven(field(spec, part))) report(`spec/${part}`, `${kind} has no ${part}; it has ${parts.join(', ')}`);
    }
    if (parts.length > 0 && ['to', 'from', 'rules', 'default'].every((part) => !isGiven(field(spec, part)))) report('spec', `it has none of ${parts.join(', ')}, so it says nothing`);
  },
};
