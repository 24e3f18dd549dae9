import { itemsOf } from '../../mesh/kuma.ts';
import { missingTarget } from '../../mesh/kuma-targets.ts';
import type { Check } from '../check.ts';

export const kumaPeerNotFound: Check = {
  code: 'kuma-policy/peer-not-found',
  severity: 'error',
  kinds: ['KumaPolicy'],
  title: 'Service or clients of a policy that do not exist',
  meaning: 'The item applies to no traffic: calls to the service that is meant keep their defaults, and clients that are meant are not told apart.',
  remedy: 'Name an existing service and namespace, a port of it in `sectionName`, and tags that proxies have.',
  run: (policy, mesh, report) => {
    for (const { path, target } of itemsOf(policy)) {
      const problem = missingTarget(target, policy, mesh);
      if (problem !== undefined) report(`${path}/targetRef`, problem);
    }
  },
};
