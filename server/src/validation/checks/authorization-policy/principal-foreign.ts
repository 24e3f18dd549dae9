import type { Check } from '../check.ts';
import { isForeign } from './trust-domain.ts';
import { sourceValues } from './rules.ts';

export const principalForeign: Check = {
  code: 'authorization-policy/principal-foreign',
  kiali: 'KIA0108',
  severity: 'warning',
  kinds: ['AuthorizationPolicy'],
  title: 'Principal of an unknown trust domain',
  meaning: 'Certificates of that trust domain are not accepted unless it is federated, so the rule never matches.',
  remedy: 'Write the trust domain of the mesh, or add the other one to `trustDomainAliases` of the mesh configuration.',
  run: (policy, mesh, report) => {
    for (const { path, text } of sourceValues(policy, 'principals')) {
      if (isForeign(text, mesh)) report(path, `the trust domain of ${text} is none of ${mesh.settings.trustDomains.join(', ')}`);
    }
  },
};
