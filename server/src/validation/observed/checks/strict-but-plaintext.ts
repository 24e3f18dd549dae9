import { policedBy } from '../policed-by.ts';
import { busiest, countedKinds, edgeIdsOf, plaintextOf, securedOf, sumOf, takenPlaintext } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';

/** mTLS that is demanded, and plaintext that arrives all the same. */
export const strictButPlaintext: ObservedCheck = {
  code: 'observed/strict-but-plaintext',
  severity: 'error',
  kinds: ['PeerAuthentication'],
  title: 'STRICT, and plaintext arrives',
  meaning: 'The policy demands mutual TLS, yet the proxies of workloads that it applies to took plaintext. The policy does not hold there: a port that the sidecar does not capture, a proxy that runs with an older configuration, or another policy that the control plane prefers.',
  remedy: 'See which workloads take plaintext in the evidence. Look for `traffic.sidecar.istio.io/excludeInboundPorts` on them, restart proxies that are out of sync (`istioctl proxy-status`), and compare with the mode that the proxy runs (`istioctl x describe pod`).',
  needs: { span: 'short', sample: 20, of: 'requests' },
  unseen: 'Plaintext that is refused never becomes a request: its callers see UC or UF. Ports are not part of Istio’s metrics, so workloads with a mode of their own for some port are judged only where the port of the traffic is known.',
  example: {
    configured: 'A PeerAuthentication of the namespace `shop` with mode STRICT.',
    told: 'The proxy of `shop/ledger` reports requests with `connection_security_policy="none"`.',
    fine: 'All of its requests are `mutual_tls`.',
  },
  run(context, answers) {
    for (const [policy, { workloads, edges }] of policedBy(context, 'STRICT')) {
      if (!context.unchanged(policy)) {
        answers.undecided(policy, 'changed within the window');
        continue;
      }
      const judged = edges.filter(({ securityJudged }) => securityJudged);
      const of = countedKinds.find((kind) => judged.some((edge) => takenPlaintext(edge, kind) > 0)) ?? countedKinds.find((kind) => judged.some((edge) => securedOf(edge, kind) > 0)) ?? 'requests';
      const sample = sumOf(judged, (edge) => securedOf(edge, of) + plaintextOf(edge, of));
      if (workloads === 0 || !answers.suffices(policy, sample)) continue;
      const open = judged.filter((edge) => takenPlaintext(edge, of) > 0);
      if (open.length === 0) continue;
      answers.found(policy, 'spec/mtls/mode', 'mode is STRICT, but plaintext arrives at workloads that it applies to', {
        sample, of, pValue: null, edgeIds: edgeIdsOf(open),
        measures: [
          { name: 'plaintext', unit: 'share', observed: sumOf(open, (edge) => takenPlaintext(edge, of)) / sample, configured: 0, interval: null },
          ...busiest(open, of, (edge) => takenPlaintext(edge, of), 0),
        ],
      });
    }
  },
};
