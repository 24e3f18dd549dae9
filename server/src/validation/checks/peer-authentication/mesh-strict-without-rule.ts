import { meshClientModes, serverMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { isForMesh } from './reach.ts';

export const meshStrictWithoutRule: Check = {
  code: 'peer-authentication/mesh-strict-without-rule',
  kiali: 'KIA0401',
  severity: 'error',
  kinds: ['PeerAuthentication'],
  title: 'Servers of the mesh want mutual TLS, clients do not send it',
  meaning: 'With automatic mutual TLS off, clients speak plaintext unless a DestinationRule says otherwise: every call is reset.',
  remedy: 'Add a DestinationRule for `*.local` with `tls.mode: ISTIO_MUTUAL`, or turn automatic mutual TLS on.',
  run: (policy, mesh, report) => {
    if (mesh.settings.autoMtls || !isForMesh(policy, mesh) || serverMode(policy) !== 'STRICT' || meshClientModes(mesh).includes('ISTIO_MUTUAL')) return;
    report('spec/mtls', 'no DestinationRule makes clients of the mesh send mutual TLS');
  },
};
