import { testShare } from '../../evidence/share-test.ts';
import { countedKinds, edgeIdsOf, plaintextOf, securedOf, sumOf, trafficOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';
import { policedBy } from '../policed-by.ts';

/** Plaintext is let in, and nobody sends any. */
export const permissiveCouldBeStrict: ObservedCheck = {
  code: 'observed/permissive-could-be-strict',
  severity: 'info',
  kinds: ['PeerAuthentication'],
  title: 'PERMISSIVE, and all traffic is mutual TLS',
  meaning: 'The policy lets plaintext in, but for the whole of a long window all traffic into the workloads that it applies to was mutual TLS, from callers that are in the mesh. Nothing that was seen needs the open door.',
  remedy: 'Set the mode to STRICT, one namespace at a time. What STRICT would cut off is in the posture of the namespace: there should be nothing.',
  needs: { span: 'long', sample: 1_000, of: 'requests' },
  unseen: 'Callers that come less often than the window is long, such as monthly jobs, and workloads without any traffic in it.',
  example: {
    configured: 'A PeerAuthentication of the namespace `shop` with mode PERMISSIVE.',
    told: '48,000 requests in six hours into its workloads, every one `mutual_tls`.',
    fine: 'One caller outside of the mesh, or one in the mesh that sends plaintext.',
  },
  run(context, answers) {
    for (const [policy, { edges }] of policedBy(context, 'PERMISSIVE')) {
      const carrying = edges.filter((edge) => trafficOf(edge) > 0 || edge.securityJudged);
      if (carrying.some((edge) => countedKinds.some((of) => plaintextOf(edge, of) > 0))) continue;
      if (carrying.some(({ source }) => source.isOutsideMesh)) continue;
      if (carrying.some(({ securityJudged }) => !securityJudged)) {
        answers.undecided(policy, 'nobody who can know tells how some of the traffic is secured');
        continue;
      }
      const of = carrying.some((edge) => securedOf(edge, 'requests') > 0) ? 'requests' : 'connections';
      const sample = sumOf(carrying, (edge) => securedOf(edge, of));
      if (!answers.suffices(policy, sample)) continue;
      const { interval } = testShare({ hits: [sample], trials: [sample] }, 1);
      answers.found(policy, 'spec/mtls/mode', 'mode is PERMISSIVE, but all traffic into the workloads that it applies to is mutual TLS: it could be STRICT', {
        sample, of, pValue: null, edgeIds: edgeIdsOf(carrying), unseen: ['callers that come less often than the window is long'],
        measures: [{ name: 'mutual TLS', unit: 'share', observed: 1, configured: null, interval }],
      });
    }
  },
};
