import { field } from '../../model/fields.ts';
import { targetOf } from '../../mesh/kuma.ts';
import { missingTarget } from '../../mesh/kuma-targets.ts';
import type { Check } from '../check.ts';

export const kumaTargetNotFound: Check = {
  code: 'kuma-policy/target-not-found',
  severity: 'warning',
  kinds: ['KumaPolicy'],
  title: 'Policy for proxies that do not exist',
  meaning: 'The policy configures nothing: what it should allow, deny or limit is as it would be without it.',
  remedy: 'Compare the `targetRef` with the labels of the pods, with the gateways, and with the mesh that the policy is labelled with.',
  run: (policy, mesh, report) => {
    const problem = missingTarget(targetOf(field(policy.spec, 'targetRef')), policy, mesh);
    if (problem !== undefined) report('spec/targetRef', problem);
  },
};
