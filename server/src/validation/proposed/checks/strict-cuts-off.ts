import { serverMtls, type ServerMtls } from '../../mesh/server-mtls.ts';
import { isWaypointOrGateway, workloadLabels } from '../../mesh/workloads.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { busiest, countedKinds, edgeIdsOf, plaintextOf, securedOf, sumOf } from '../../observed/edge-counts.ts';
import type { ProposedCheck } from '../proposed-check.ts';

/** mTLS that would be demanded of callers that send plaintext. */
export const strictCutsOff: ProposedCheck = {
  code: 'proposed/strict-cuts-off',
  severity: 'error',
  kinds: ['PeerAuthentication'],
  title: 'STRICT would cut callers off',
  meaning: 'With the change, workloads demand mutual TLS that let plaintext in until now, and in the window they took plaintext. Its callers would be refused from the moment that the proxies know of it: they see resets, not why.',
  remedy: 'Take the callers that the evidence names into the mesh first, or leave PERMISSIVE for those workloads, or for the port with `portLevelMtls`, until they are.',
  needs: { sample: 1, of: 'requests' },
  unseen: 'Callers that come less often than the window is long. Ports are not part of Istio’s metrics: of workloads with a mode of their own for some port only traffic to known ports is judged.',
  example: {
    configured: 'A PeerAuthentication of the namespace `shop` goes from PERMISSIVE to STRICT.',
    told: 'In the last hour `legacy/reports` sent 1,200 plaintext requests to `shop/ledger`.',
    fine: 'All of its requests were `mutual_tls`.',
  },
  run({ before, after, objects, traffic }, answers) {
    const found = new Map<ConfigObject, EdgeEvidence[]>();
    for (const workload of objects('Workload')) {
      if (isWaypointOrGateway(workload)) continue;
      const labels = workloadLabels(workload), then = serverMtls(labels, workload.namespace, after), now = serverMtls(labels, workload.namespace, before);
      for (const edge of traffic.into(workload)) {
        if (!countedKinds.some((of) => plaintextOf(edge, of) > 0)) continue;
        const policy = demandedBy(then, edge);
        if (policy !== undefined && demandedBy(now, edge) === undefined) found.set(policy, [...found.get(policy) ?? [], edge]);
      }
    }
    for (const [policy, edges] of found) {
      const of = countedKinds.find((kind) => edges.some((edge) => plaintextOf(edge, kind) > 0)) ?? 'requests', sample = sumOf(edges, (edge) => plaintextOf(edge, of) + securedOf(edge, of));
      answers.found(policy, 'spec/mtls/mode', `STRICT would cut off ${callersOf(edges)}: ${edges.length === 1 ? 'it sends' : 'they send'} plaintext`, {
        sample, of, pValue: null, edgeIds: edgeIdsOf(edges),
        measures: [{ name: 'plaintext', unit: 'share', observed: sumOf(edges, (edge) => plaintextOf(edge, of)) / sample, configured: 0, interval: null }, ...busiest(edges, of, (edge) => plaintextOf(edge, of), 0)],
      });
    }
  },
};

/** The policy that demands mutual TLS for all that an edge may carry; undefined where some of it may come as plaintext. */
function demandedBy({ mode, policy, ports, portPolicy }: ServerMtls, { edge }: EdgeEvidence): ConfigObject | undefined {
  const modes = edge.ports.length === 0 ? [mode, ...ports.values()] : edge.ports.map((port) => ports.get(port) ?? mode);
  if (!modes.every((one) => one === 'STRICT')) return undefined;
  return mode === 'STRICT' ? policy : portPolicy;
}

const mostNamed = 3;

function callersOf(edges: readonly EdgeEvidence[]): string {
  const names = [...new Set(edges.map(({ source }) => source.label))].sort();
  return names.length > mostNamed ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more` : names.join(', ');
}
