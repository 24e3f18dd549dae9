import type { ConfigObject } from '../../model/config-object.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { callerOf } from '../../observed/authorization/caller.ts';
import { decide } from '../../observed/authorization/decide.ts';
import { denialsOf } from '../../observed/authorization/denials.ts';
import { guarded } from '../../observed/authorization/guarded.ts';
import { busiest, edgeIdsOf, sumOf, trafficOf } from '../../observed/edge-counts.ts';
import type { ProposedCheck } from '../proposed-check.ts';

/** Calls that succeed, and would be denied. */
export const authorizationWouldDeny: ProposedCheck = {
  code: 'proposed/authorization-denies',
  severity: 'error',
  kinds: ['AuthorizationPolicy'],
  title: 'Calls that would be denied',
  meaning: 'With the change, every request of a caller whose requests went through in the window is denied: a rule denies its identity, or no rule of those that allow matches it.',
  remedy: 'If the calls are meant, allow the principal that the evidence names before the policy is applied; if not, stop the caller first.',
  needs: { sample: 1, of: 'requests' },
  unseen: 'Callers that come less often than the window is long. Of sources, only principals, namespaces and service accounts can be told from what was seen; where a rule asks for addresses, methods, paths or conditions, nothing is said.',
  example: {
    configured: 'A new policy for `ledger` that allows `cluster.local/ns/shop/sa/orders` alone.',
    told: 'In the last hour `cluster.local/ns/shop/sa/reports` sent 640 requests to `ledger`, and none was denied.',
    fine: 'Only `orders` called.',
  },
  run({ before, after, objects, traffic }, answers) {
    const within = (mesh: typeof before): Parameters<typeof guarded>[0] => ({ mesh, traffic, objects: (kind) => mesh.find('kind', kind) });
    const denied = new Set<EdgeEvidence>();
    for (const { policies, edges } of guarded(within(before))) for (const edge of edges) if (decide(policies, callerOf(edge)).denied === 'all') denied.add(edge);
    const found = new Map<string, { readonly policy: ConfigObject; readonly path: string; readonly why: string; readonly edges: Set<EdgeEvidence> }>();
    for (const { policies, edges } of guarded({ ...within(after), objects })) {
      for (const edge of edges) {
        if (denied.has(edge) || passedOf(edge) <= 0) continue;
        const decision = decide(policies, callerOf(edge));
        if (decision.denied === 'perhaps') answers.undecided(decision.policy, 'it depends on what telemetry does not show of callers and requests');
        if (decision.denied !== 'all') continue;
        const key = `${decision.policy.id} ${decision.path}`, one = found.get(key) ?? { ...decision, edges: new Set() };
        one.edges.add(edge);
        found.set(key, one);
      }
    }
    for (const { policy, path, why, edges: set } of found.values()) {
      const edges = [...set], of = edges.some(({ requests }) => requests !== null) ? 'requests' : 'connections';
      answers.found(policy, path, `calls that go through would be denied: ${why}`, {
        sample: sumOf(edges, trafficOf), of, pValue: null, edgeIds: edgeIdsOf(edges), measures: busiest(edges, of, passedOf),
      });
    }
  },
};

/** What no policy denied. */
function passedOf(edge: EdgeEvidence): number {
  return trafficOf(edge) - denialsOf(edge).denied;
}
