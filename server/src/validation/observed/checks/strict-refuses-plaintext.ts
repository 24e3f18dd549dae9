import { busiest, edgeIdsOf, refusedPlaintext, sumOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';
import { policedBy } from '../policed-by.ts';

/** mTLS that is demanded, and callers that do not know of it. */
export const strictRefusesPlaintext: ObservedCheck = {
  code: 'observed/strict-refuses-plaintext',
  severity: 'warning',
  kinds: ['PeerAuthentication'],
  title: 'STRICT refuses callers',
  meaning: 'The policy demands mutual TLS and holds: callers open plaintext connections, and ztunnel refuses every one. They see resets, not why.',
  remedy: 'Take the callers into the mesh, or let plaintext in where it is needed: PERMISSIVE for those workloads, or for the port with `portLevelMtls`.',
  needs: { span: 'short', sample: 20, of: 'connections' },
  unseen: 'A sidecar refuses plaintext before it counts anything: this is seen of ztunnel alone.',
  example: {
    configured: 'A PeerAuthentication of the ambient namespace `shop` with mode STRICT.',
    told: '90 plaintext connections from `legacy` to `ledger` were closed with the flag DENY.',
    fine: 'All connections are mutual TLS.',
  },
  run(context, answers) {
    for (const [policy, { edges }] of policedBy(context, 'STRICT')) {
      const refused = edges.filter((edge) => refusedPlaintext(edge) > 0), sample = sumOf(refused, refusedPlaintext);
      if (refused.length === 0) continue;
      if (!context.unchanged(policy)) {
        answers.undecided(policy, 'changed within the window');
        continue;
      }
      if (!answers.suffices(policy, sample)) continue;
      answers.found(policy, 'spec/mtls/mode', 'mode is STRICT, and callers that send plaintext are refused', {
        sample, of: 'connections', pValue: null, edgeIds: edgeIdsOf(refused), measures: busiest(refused, 'connections', refusedPlaintext, 0),
      });
    }
  },
};
