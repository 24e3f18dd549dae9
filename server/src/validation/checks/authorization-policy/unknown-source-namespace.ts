import { matchesPattern } from '../../mesh/principals.ts';
import type { Check } from '../check.ts';
import { sourceValues } from './rules.ts';

export const unknownSourceNamespace: Check = {
  code: 'authorization-policy/unknown-source-namespace',
  kiali: 'KIA0101',
  severity: 'warning',
  kinds: ['AuthorizationPolicy'],
  title: 'Source namespace that does not exist',
  meaning: 'The rule never matches a caller: an ALLOW rule lets nobody in, a DENY rule keeps nobody out.',
  remedy: 'Write the name of an existing namespace, or a pattern (`team-*`, `*-prod`) that one matches.',
  run: (policy, mesh, report) => {
    for (const { path, text } of sourceValues(policy, 'namespaces')) {
      const exists = text.includes('*') ? mesh.namespaces.values().some((namespace) => matchesPattern(text, namespace)) : mesh.namespaces.has(text);
      if (!exists) report(path, `no namespace is ${text.includes('*') ? `like ${text}` : `named ${text}`}`);
    }
  },
};
