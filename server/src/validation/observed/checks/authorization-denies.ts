import type { ConfigObject } from '../../model/config-object.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { callerOf } from '../authorization/caller.ts';
import { decide } from '../authorization/decide.ts';
import { denialsOf } from '../authorization/denials.ts';
import { guarded } from '../authorization/guarded.ts';
import { busiest, edgeIdsOf, refusedPlaintext, sumOf, trafficOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';

/** Requests fail because a policy denies them. */
export const authorizationDenies: ObservedCheck = {
  code: 'observed/authorization-denies',
  severity: 'warning',
  kinds: ['AuthorizationPolicy'],
  title: 'Calls that a policy denies',
  meaning: 'Callers get 403 (PERMISSION_DENIED with gRPC), or ztunnel refuses their connections, and it is this policy: it denies their identity, or it is among those that allow and none of them allows it. They call and will go on failing.',
  remedy: 'If the calls are meant, allow the principal that the evidence names; if not, stop the caller: it spends its requests on denials.',
  needs: { span: 'short', sample: 20, of: 'requests' },
  unseen: 'Which rule a proxy applied is in its access log only. A 403 is taken for the policy’s where the policy denies every request of the identity; where it depends on method, path or a condition, a 403 may be the application’s own and nothing is said. ztunnel’s DENY is always a policy’s.',
  example: {
    configured: 'A policy for `ledger` that allows `cluster.local/ns/shop/sa/orders`.',
    told: 'All 640 requests of `cluster.local/ns/shop/sa/reports` are answered 403.',
    fine: 'Some requests of an allowed principal are answered 403: the application does it.',
  },
  run(context, answers) {
    const found = new Map<ConfigObject, Map<string, { readonly why: string; readonly edges: EdgeEvidence[] }>>();
    for (const { policies, edges, isStrict } of guarded(context)) {
      for (const edge of edges) {
        const { denied, certain } = denialsOf(edge);
        if (denied === 0 || (isStrict && refusedPlaintext(edge) > 0)) continue;
        const decision = decide(policies, callerOf(edge));
        if (decision.denied === 'none') continue;
        const { policy, path, why } = decision;
        if (!context.unchanged(...policies)) answers.undecided(policy, 'a policy changed within the window');
        else if (decision.denied === 'perhaps' && certain === 0) answers.undecided(policy, 'denials can be the application’s own');
        else if (certain === 0 && denied < mostOf * trafficOf(edge)) answers.undecided(policy, 'identities that it denies get through');
        else {
          const paths = found.get(policy) ?? new Map<string, { why: string; edges: EdgeEvidence[] }>(), at = paths.get(path) ?? { why, edges: [] };
          at.edges.push(edge);
          found.set(policy, paths.set(path, at));
        }
      }
    }
    for (const [policy, paths] of found) {
      for (const [path, { why, edges }] of paths) {
        const sample = sumOf(edges, trafficOf), denied = (edge: EdgeEvidence): number => denialsOf(edge).denied;
        if (!answers.suffices(policy, sample)) continue;
        const of = edges.some(({ requests }) => requests !== null) ? 'requests' : 'connections';
        answers.found(policy, path, why, {
          sample, of, pValue: null, edgeIds: edgeIdsOf(edges),
          measures: [{ name: 'denied', unit: 'share', observed: Math.min(1, sumOf(edges, denied) / sample), configured: null, interval: null }, ...busiest(edges, of, denied)],
        });
      }
    }
  },
};

/** Where a policy denies all requests of an identity, almost none may succeed: proxies take a policy up at different times. */
const mostOf = 0.9;
