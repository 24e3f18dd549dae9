import { field, list } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { callerOf } from '../authorization/caller.ts';
import { actionOf, guarded, rulesOf } from '../authorization/guarded.ts';
import { matchSource } from '../authorization/match.ts';
import { edgeIdsOf, sumOf, trafficOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';

/** Somebody is let in who never comes. */
export const authorizationRuleUnused: ObservedCheck = {
  code: 'observed/authorization-rule-unused',
  severity: 'info',
  kinds: ['AuthorizationPolicy'],
  title: 'Allowed callers that never call',
  meaning: 'For the whole of a long window no caller of the workloads that the policy guards had an identity that this rule, or this source of it, is about. It grants what nobody uses: a caller that was renamed or removed, a misspelt principal, or more than is needed.',
  remedy: 'Compare with the principals that were seen (posture of the namespace). Correct the rule, or remove it.',
  needs: { span: 'long', sample: 1_000, of: 'requests' },
  unseen: 'Methods, paths, hosts, addresses, request principals and conditions: a rule whose callers came may still never have applied. Callers that come less often than the window is long. Rules that deny are not looked at: that nobody runs into them is as it should be.',
  example: {
    configured: 'A rule that allows the principal `cluster.local/ns/shop/sa/wbe`.',
    told: '52,000 requests in six hours, all of `cluster.local/ns/shop/sa/web`.',
    fine: 'Some requests of the principal that the rule names, or of callers without a known identity.',
  },
  run(context, answers) {
    const traffic = new Map<ConfigObject, EdgeEvidence[]>();
    for (const { policies, edges } of guarded(context)) {
      for (const policy of policies) {
        if (actionOf(policy) !== 'ALLOW') continue;
        const list = traffic.get(policy);
        if (list) list.push(...edges);
        else traffic.set(policy, [...edges]);
      }
    }
    for (const [policy, all] of traffic) {
      const edges = all.filter((edge) => trafficOf(edge) > 0), callers = edges.map(callerOf), sample = sumOf(edges, trafficOf);
      if (!answers.suffices(policy, sample)) continue;
      const shown = {
        sample, of: edges.some(({ requests }) => requests !== null) ? 'requests' : 'connections', pValue: null, edgeIds: edgeIdsOf(edges),
        unseen: ['callers that come less often than the window is long'],
      } as const;
      const measures = [{ name: 'from whom it lets in', unit: shown.of, observed: 0, configured: null, interval: null }];
      for (const [i, rule] of rulesOf(policy).entries()) {
        const sources = list(field(rule, 'from')).map((item) => new Set(callers.map((caller) => matchSource(field(item, 'source'), caller, policy.namespace))));
        if (sources.length === 0 || sources.some((matches) => matches.has('maybe') && !matches.has('yes'))) {
          if (sources.length > 0) answers.undecided(policy, 'identities of callers that are not known');
          continue;
        }
        const unused = sources.map((matches) => !matches.has('yes'));
        if (unused.every(Boolean)) answers.found(policy, `spec/rules[${i}]`, 'nobody that the rule lets in has called', { ...shown, measures });
        else unused.forEach((is, j) => { if (is) answers.found(policy, `spec/rules[${i}]/from[${j}]`, 'nobody that this source lets in has called', { ...shown, measures }); });
      }
    }
  },
};
