import { clientMode, namespaceServerMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { ruleHost } from './rule-host.ts';
import { wholeNamespace } from './whole-namespace.ts';

export const disabledAgainstMeshStrict: Check = {
  code: 'destination-rule/disabled-against-mesh-strict',
  kiali: 'KIA0208',
  severity: 'error',
  kinds: ['DestinationRule'],
  title: 'Plaintext in a mesh that takes mutual TLS only',
  meaning: 'Calls are reset: the PeerAuthentication of the mesh is STRICT and this rule makes clients send plaintext.',
  remedy: 'Set `tls.mode: ISTIO_MUTUAL` or drop `tls`; or make the namespace PERMISSIVE while it moves.',
  run: (rule, mesh, report) => {
    if (clientMode(rule) !== 'DISABLE') return;
    const namespace = wholeNamespace(rule, mesh);
    const isWide = ruleHost(rule, mesh) === '*.local' || (namespace !== undefined && namespaceServerMode(namespace, mesh) === undefined);
    if (!isWide || namespaceServerMode(mesh.settings.rootNamespace, mesh) !== 'STRICT') return;
    report('spec/trafficPolicy/tls/mode', 'the PeerAuthentication of the mesh is STRICT, and this rule turns TLS off');
  },
};
