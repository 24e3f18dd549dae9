import { clientMode, namespaceServerMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { ruleHost } from './rule-host.ts';

export const meshMtlsWithoutPolicy: Check = {
  code: 'destination-rule/mesh-mtls-without-policy',
  kiali: 'KIA0205',
  severity: 'error',
  kinds: ['DestinationRule'],
  title: 'Clients of the mesh send mutual TLS, servers are not told to take it',
  meaning: 'With automatic mutual TLS off, servers without a PeerAuthentication speak plaintext: every call fails.',
  remedy: 'Add a PeerAuthentication STRICT or PERMISSIVE to the root namespace.',
  run: (rule, mesh, report) => {
    const { autoMtls, rootNamespace } = mesh.settings;
    if (autoMtls || ruleHost(rule, mesh) !== '*.local' || clientMode(rule) !== 'ISTIO_MUTUAL') return;
    const mode = namespaceServerMode(rootNamespace, mesh);
    if (mode !== 'STRICT' && mode !== 'PERMISSIVE') report('spec/trafficPolicy/tls/mode', `no PeerAuthentication of ${rootNamespace} makes the mesh take mutual TLS`);
  },
};
