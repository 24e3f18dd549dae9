import type { EdgeEvidence } from '../../evidence/evidence.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { serverMtls } from '../../mesh/server-mtls.ts';
import { isWaypointOrGateway, workloadLabels } from '../../mesh/workloads.ts';
import type { ObservedCheck } from '../observed-check.ts';

/** mTLS that is demanded, and plaintext that arrives all the same. */
export const strictButPlaintext: ObservedCheck = {
  code: 'observed/strict-but-plaintext',
  severity: 'error',
  kinds: ['PeerAuthentication'],
  title: 'STRICT, and plaintext arrives',
  meaning: 'The policy demands mutual TLS, yet the proxies of workloads that it applies to took plaintext. The policy does not hold there: a port that the sidecar does not capture, a proxy that runs with an older configuration, or a policy of another name that the control plane prefers.',
  remedy: 'See which workloads take plaintext in the evidence. Look for `traffic.sidecar.istio.io/excludeInboundPorts` on them, restart proxies that are out of sync (`istioctl proxy-status`), and compare with the mode that the proxy runs (`istioctl x describe pod`).',
  needs: { span: 'short', sample: 20, of: 'requests' },
  unseen: 'Plaintext that is refused never becomes a request: callers see it as UC or UF. Ports are not part of Istio’s metrics, so workloads with modes for single ports are judged only where the port is known.',
  example: {
    configured: 'A PeerAuthentication of the namespace `shop` with mode STRICT.',
    told: 'The proxy of `shop/ledger` reports requests with `connection_security_policy="none"`.',
    fine: 'All of its requests are `mutual_tls`.',
  },
  run({ mesh, traffic, objects, unchanged }, answers) {
    const byPolicy = new Map<ConfigObject, EdgeEvidence[]>();
    for (const workload of objects('Workload')) {
      const { mode, policy, ports } = serverMtls(workloadLabels(workload), workload.namespace, mesh);
      if (mode !== 'STRICT' || policy === undefined || isWaypointOrGateway(workload)) continue;
      const judged = traffic.into(workload).filter(({ securityJudged }) => securityJudged).filter(({ edge }) => ports.size === 0 || (edge.ports.length > 0 && !edge.ports.some((port) => ports.has(port))));
      const list = byPolicy.get(policy);
      if (list) list.push(...judged);
      else byPolicy.set(policy, judged);
    }
    for (const [policy, edges] of byPolicy) {
      if (!unchanged(policy)) {
        answers.undecided(policy, 'changed within the window');
        continue;
      }
      const requests = total(edges, ({ requestsSecured, requestsPlaintext }) => requestsSecured + requestsPlaintext);
      const connections = total(edges, ({ connectionsSecured, connectionsPlaintext }) => connectionsSecured + connectionsPlaintext);
      const sample = Math.max(requests, connections);
      if (!answers.suffices(policy, sample)) continue;
      const open = edges.filter(({ requestsPlaintext, connectionsPlaintext }) => requestsPlaintext + connectionsPlaintext > 0);
      if (open.length === 0) continue;
      const of = requests >= connections ? 'requests' : 'connections';
      answers.found(policy, 'spec/mtls/mode', 'STRICT, but plaintext arrives at workloads that it applies to', {
        sample, of, pValue: null, edgeIds: open.flatMap(({ edge }) => edge.edgeIds),
        measures: [
          { name: 'plaintext', unit: 'share', observed: total(open, plaintext(of)) / sample, configured: 0, interval: null },
          ...busiest(open, plaintext(of)).map((one) => ({ name: `${one.source.label} → ${one.destination.label}`, unit: of, observed: plaintext(of)(one), configured: 0, interval: null } as const)),
        ],
      });
    }
  },
};

const plaintext = (of: 'requests' | 'connections') => ({ requestsPlaintext, connectionsPlaintext }: EdgeEvidence): number => (of === 'requests' ? requestsPlaintext : connectionsPlaintext);

function busiest(edges: readonly EdgeEvidence[], by: (edge: EdgeEvidence) => number): EdgeEvidence[] {
  return edges.filter((edge) => by(edge) > 0).sort((a, b) => by(b) - by(a) || (a.edge.id < b.edge.id ? -1 : 1)).slice(0, 5);
}

function total(edges: readonly EdgeEvidence[], count: (edge: EdgeEvidence) => number): number {
  return edges.reduce((sum, edge) => sum + count(edge), 0);
}
