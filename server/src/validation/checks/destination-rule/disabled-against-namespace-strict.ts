import { clientMode, namespaceServerMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { wholeNamespace } from './whole-namespace.ts';

export const disabledAgainstNamespaceStrict: Check = {
  code: 'destination-rule/disabled-against-namespace-strict',
  kiali: 'KIA0207',
  severity: 'error',
  kinds: ['DestinationRule'],
  title: 'Plaintext to a namespace that takes mutual TLS only',
  meaning: 'Every call into the namespace is reset: its PeerAuthentication is STRICT and this rule makes clients send plaintext.',
  remedy: 'Set `tls.mode: ISTIO_MUTUAL` or drop `tls`; or make the PeerAuthentication PERMISSIVE.',
  run: (rule, mesh, report) => {
    const namespace = wholeNamespace(rule, mesh);
    if (namespace === undefined || clientMode(rule) !== 'DISABLE' || namespaceServerMode(namespace, mesh) !== 'STRICT') return;
    report('spec/trafficPolicy/tls/mode', `the PeerAuthentication of namespace ${namespace} is STRICT, and this rule turns TLS off`);
  },
};
