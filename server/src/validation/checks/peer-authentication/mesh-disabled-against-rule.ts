import { isMutual, meshClientModes, serverMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { isForMesh } from './reach.ts';

export const meshDisabledAgainstRule: Check = {
  code: 'peer-authentication/mesh-disabled-against-rule',
  kiali: 'KIA0506',
  severity: 'error',
  kinds: ['PeerAuthentication'],
  title: 'Servers of the mesh speak plaintext, clients send mutual TLS',
  meaning: 'The servers do not understand what the clients send: every call fails.',
  remedy: 'Make the DestinationRule for `*.local` `tls.mode: DISABLE`, or the policy PERMISSIVE.',
  run: (policy, mesh, report) => {
    if (!isForMesh(policy, mesh) || serverMode(policy) !== 'DISABLE' || !meshClientModes(mesh).some(isMutual)) return;
    report('spec/mtls', 'a DestinationRule for the mesh sends mutual TLS');
  },
};
