import { field, text } from '../../model/fields.ts';
import { readReference } from '../../mesh/linkerd-references.ts';
import type { Check } from '../check.ts';

export const policyTargetNotFound: Check = {
  code: 'linkerd-policy/target-not-found',
  severity: 'error',
  kinds: ['LinkerdPolicy', 'LinkerdRateLimit'],
  title: 'Policy for something that does not exist',
  meaning: 'The policy applies to nothing. What it means to allow is refused by the Server that is really there; what it means to limit is not limited.',
  remedy: 'Name a Server or a route of the same namespace in `spec.targetRef`, or the namespace itself.',
  run: (policy, mesh, report) => {
    const target = field(policy.spec, 'targetRef'), name = text(field(target, 'name'));
    if (field(target, 'kind') === 'Namespace') {
      if (name !== undefined && name !== policy.namespace) report('spec/targetRef/name', `a policy can target its own namespace ${policy.namespace} alone, not ${name}`);
      return;
    }
    // A target is looked for where the policy is, whatever the reference says.
    const referred = readReference({ group: field(target, 'group'), kind: field(target, 'kind'), name }, policy.namespace, mesh);
    if (referred !== undefined && referred.object === undefined) report('spec/targetRef/name', `there is no ${referred.kind} ${referred.place}`);
  },
};
