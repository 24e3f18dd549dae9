import type { ConfigObject } from '../../model/config-object.ts';
import { selectorOf } from '../../checks/selector/selector-of.ts';
import type { Caller } from './caller.ts';
import { actionOf, rulesOf } from './guarded.ts';
import { matchRule } from './match.ts';

/** What policies do to a caller: deny all of its requests, perhaps some, or none; and the policy that denies. */
export type Decision =
  | { readonly denied: 'all' | 'perhaps'; readonly policy: ConfigObject; readonly path: string; readonly why: string }
  | { readonly denied: 'none' };

/**
 * Decides as Istio does: first what a DENY policy matches is denied; then, where there are ALLOW policies, what none of them
 * matches. A CUSTOM policy may deny anything.
 */
export function decide(policies: readonly ConfigObject[], caller: Caller): Decision {
  let perhaps: Decision | null = null;
  for (const policy of policies) {
    if (actionOf(policy) !== 'DENY') continue;
    for (const [i, rule] of rulesOf(policy).entries()) {
      const match = matchRule(rule, caller, policy.namespace), found = { policy, path: `spec/rules[${i}]`, why: 'a rule of it denies callers that call' };
      if (match === 'yes') return { denied: 'all', ...found };
      if (match === 'maybe') perhaps ??= { denied: 'perhaps', ...found };
    }
  }
  const allowing = policies.filter((policy) => actionOf(policy) === 'ALLOW').sort(bySelector);
  const [first] = allowing;
  if (first !== undefined) {
    const matches = allowing.flatMap((policy) => rulesOf(policy).map((rule) => matchRule(rule, caller, policy.namespace)));
    const found = { policy: first, path: rulesOf(first).length === 0 ? '' : 'spec/rules', why: 'no rule of it, nor of another policy here, allows callers that call' };
    if (matches.every((match) => match === 'no')) return { denied: 'all', ...found };
    if (!matches.includes('yes')) perhaps ??= { denied: 'perhaps', ...found };
  }
  return perhaps ?? { denied: 'none' };
}

/** What selects by labels is closest to the workload, and what a reader looks at first. */
function bySelector(a: ConfigObject, b: ConfigObject): number {
  const isWide = (policy: ConfigObject): number => (selectorOf(policy).labels.size === 0 ? 1 : 0);
  return isWide(a) - isWide(b) || (a.name < b.name ? -1 : 1);
}
