import { meshClientModes, namespaceClientModes, serverMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { isForNamespace } from './reach.ts';

export const namespaceStrictWithoutRule: Check = {
  code: 'peer-authentication/namespace-strict-without-rule',
  kiali: 'KIA0501',
  severity: 'error',
  kinds: ['PeerAuthentication'],
  title: 'Servers of a namespace want mutual TLS, clients do not send it',
  meaning: 'With automatic mutual TLS off, clients speak plaintext unless a DestinationRule says otherwise: calls into the namespace are reset.',
  remedy: 'Add a DestinationRule for all hosts of the namespace, or of the mesh, with `tls.mode: ISTIO_MUTUAL`.',
  run: (policy, mesh, report) => {
    if (mesh.settings.autoMtls || !isForNamespace(policy, mesh) || serverMode(policy) !== 'STRICT') return;
    if ([...namespaceClientModes(policy.namespace, mesh), ...meshClientModes(mesh)].includes('ISTIO_MUTUAL')) return;
    report('spec/mtls', `no DestinationRule makes clients of namespace ${policy.namespace} send mutual TLS`);
  },
};
