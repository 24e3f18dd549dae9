import { clientMode, namespaceServerMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { wholeNamespace } from './whole-namespace.ts';

export const namespaceMtlsWithoutPolicy: Check = {
  code: 'destination-rule/namespace-mtls-without-policy',
  kiali: 'KIA0206',
  severity: 'error',
  kinds: ['DestinationRule'],
  title: 'Clients of a namespace send mutual TLS, its servers are not told to take it',
  meaning: 'With automatic mutual TLS off, servers without a PeerAuthentication speak plaintext: calls into the namespace fail.',
  remedy: 'Add a PeerAuthentication STRICT or PERMISSIVE to the namespace, or to the root namespace.',
  run: (rule, mesh, report) => {
    const namespace = wholeNamespace(rule, mesh);
    if (mesh.settings.autoMtls || namespace === undefined || clientMode(rule) !== 'ISTIO_MUTUAL') return;
    const mode = namespaceServerMode(namespace, mesh) ?? namespaceServerMode(mesh.settings.rootNamespace, mesh);
    if (mode !== 'STRICT' && mode !== 'PERMISSIVE') report('spec/trafficPolicy/tls/mode', `no PeerAuthentication makes namespace ${namespace} take mutual TLS`);
  },
};
