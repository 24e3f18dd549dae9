import { podNamespace, selectorText, workloadsMatching, type EndpointSelector } from '../../mesh/cilium-selectors.ts';
import { byName, peerHome, peerSelectors, rulesOf } from '../../mesh/cilium-policies.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { workloadsIn } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const ciliumPeerNotFound: Check = {
  code: 'cilium-policy/peer-not-found',
  severity: 'warning',
  kinds: ['CiliumPolicy'],
  title: 'Peer that matches no pod',
  meaning: 'The entry allows, or denies, nobody: those for whom it is meant are dropped, or pass.',
  remedy: 'Compare the labels with those of the peers. A CiliumNetworkPolicy looks for peers in its own namespace; for others add `k8s:io.kubernetes.pod.namespace`.',
  run: (policy, mesh, report) => {
    for (const { entries } of rulesOf(policy)) {
      for (const { path, selector } of entries.flatMap(peerSelectors)) {
        const home = peerHome(selector, policy);
        if (selector.isOpaque || isOutOfSight(selector, mesh) || workloadsMatching(selector, home, mesh).some(() => true)) continue;
        const elsewhere = home === undefined ? undefined : workloadsMatching(selector, undefined, mesh).toArray().sort(byName)[0];
        report(path, `no workload ${home === undefined ? 'of the cluster' : `in namespace ${home}`} has ${selectorText(selector)}${elsewhere === undefined ? '' : `; ${elsewhere.name} of namespace ${elsewhere.namespace} has, and is not meant as long as the peer names no namespace`}`);
      }
    }
  },
};

/** Manifests of a team seldom bring those of the cluster's own services: nothing is said of namespaces of which nothing is known. */
function isOutOfSight({ requirements }: EndpointSelector, mesh: Mesh): boolean {
  if (mesh.find('id', 'Namespace/kube-system').length > 0) return false;
  const named = requirements.filter(({ key, operator }) => key === podNamespace && operator === 'In').flatMap(({ values }) => values);
  return named.length > 0 && named.every((namespace) => workloadsIn(namespace, mesh).length === 0);
}
